"""Say the words of the theme in the language of a hub: one table, and dates as each language writes them."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import pass_context

LANGUAGES = ("de", "fr", "es", "pt", "it", "nl", "pl", "ru", "ar", "he", "ja", "zh")
"""The languages of the table beside English, in the order of its columns."""

TABLE = """
Skip to content|Zum Inhalt|Aller au contenu|Saltar al contenido|Ir para o conteúdo|Vai al contenuto|Naar de inhoud|Przejdź do treści|К содержанию|انتقل إلى المحتوى|דילוג לתוכן|本文へ移動|跳到正文
Menu|Menü|Menu|Menú|Menu|Menu|Menu|Menu|Меню|القائمة|תפריט|メニュー|菜单
Main|Hauptmenü|Principal|Principal|Principal|Principale|Hoofdmenu|Główne|Главное|الرئيسية|ראשי|メイン|主导航
Search|Suche|Rechercher|Buscar|Pesquisar|Cerca|Zoeken|Szukaj|Поиск|بحث|חיפוש|検索|搜索
Feed|Feed|Flux|Fuente|Feed|Feed|Feed|Kanał|Лента|التغذية|פיד|フィード|订阅
Source|Quelle|Source|Fuente|Fonte|Sorgente|Bron|Źródło|Исходник|المصدر|מקור|ソース|源文件
Previous|Zurück|Précédent|Anterior|Anterior|Precedente|Vorige|Poprzednia|Назад|السابق|הקודם|前へ|上一篇
Next|Weiter|Suivant|Siguiente|Próximo|Successivo|Volgende|Następna|Вперёд|التالي|הבא|次へ|下一篇
On this page|Auf dieser Seite|Sur cette page|En esta página|Nesta página|In questa pagina|Op deze pagina|Na tej stronie|На этой странице|في هذه الصفحة|בעמוד זה|このページの内容|本页内容
Breadcrumb|Pfad|Fil d’Ariane|Ruta|Caminho|Percorso|Kruimelpad|Ścieżka|Путь|مسار التنقل|נתיב|パンくずリスト|路径
Pages of this list|Seiten dieser Liste|Pages de cette liste|Páginas de esta lista|Páginas desta lista|Pagine di questo elenco|Pagina’s van deze lijst|Strony tej listy|Страницы списка|صفحات هذه القائمة|עמודי הרשימה|この一覧のページ|此列表的页面
Beside this page|Neben dieser Seite|À côté de cette page|Junto a esta página|Ao lado desta página|Accanto a questa pagina|Naast deze pagina|Obok tej strony|Рядом с этой страницей|بجوار هذه الصفحة|לצד עמוד זה|前後のページ|相邻页面
Problem|Problem|Problème|Problema|Problema|Problema|Probleem|Problem|Проблема|المشكلة|בעיה|問題|问题
Solution|Lösung|Solution|Solución|Solução|Soluzione|Oplossing|Rozwiązanie|Решение|الحل|פתרון|解決策|解决方案
Outcome|Ergebnis|Résultat|Resultado|Resultado|Risultato|Resultaat|Wynik|Результат|النتيجة|תוצאה|結果|结果
Solved with|Gelöst mit|Résolu avec|Resuelto con|Resolvido com|Risolto con|Opgelost met|Rozwiązane za pomocą|Решено с помощью|حُلّ باستخدام|נפתר בעזרת|解決に使用|解决方法使用
Connected|Verbunden|Liens|Conexiones|Ligações|Collegamenti|Verbonden|Powiązania|Связи|روابط|קשרים|つながり|关联
Uses|Verwendet|Utilise|Usa|Usa|Usa|Gebruikt|Używa|Использует|يستخدم|משתמש ב|使用|使用
Work|Beruf|Expérience|Experiencia|Experiência|Esperienza|Werk|Praca|Работа|العمل|עבודה|職歴|工作
Education|Ausbildung|Formation|Formación|Formação|Formazione|Opleiding|Wykształcenie|Образование|التعليم|השכלה|学歴|教育
Certificates|Zertifikate|Certificats|Certificados|Certificados|Certificati|Certificaten|Certyfikaty|Сертификаты|الشهادات|תעודות|資格|证书
Awards|Auszeichnungen|Distinctions|Premios|Prémios|Premi|Prijzen|Nagrody|Награды|الجوائز|פרסים|受賞|奖项
Volunteering|Ehrenamt|Bénévolat|Voluntariado|Voluntariado|Volontariato|Vrijwilligerswerk|Wolontariat|Волонтёрство|التطوع|התנדבות|ボランティア|志愿工作
Languages|Sprachen|Langues|Idiomas|Idiomas|Lingue|Talen|Języki|Языки|اللغات|שפות|言語|语言
Skill|Fähigkeit|Compétence|Habilidad|Competência|Competenza|Vaardigheid|Umiejętność|Навык|المهارة|כישור|スキル|技能
Evidence|Nachweise|Preuves|Pruebas|Provas|Prove|Bewijs|Dowody|Подтверждения|الأدلة|ראיות|裏付け|佐证
Last worked on|Zuletzt bearbeitet|Dernier travail|Último trabajo|Último trabalho|Ultimo lavoro|Laatst aan gewerkt|Ostatnia praca|Последняя работа|آخر عمل|עבודה אחרונה|最終作業|最近使用
Also noted|Auch notiert|Également noté|También anotado|Também anotado|Annotati anche|Ook genoteerd|Zanotowane też|Также отмечено|مدوّن أيضا|נרשמו גם|そのほか|另有记录
What for|Wofür|Usage|Para qué|Para quê|A che serve|Waarvoor|Do czego|Для чего|الغرض|לשם מה|用途|用途
Problems solved|Gelöste Probleme|Problèmes résolus|Problemas resueltos|Problemas resolvidos|Problemi risolti|Opgeloste problemen|Rozwiązane problemy|Решённые проблемы|مشكلات محلولة|בעיות שנפתרו|解決した問題|已解决的问题
Each with the entries that show it.|Jede mit den Einträgen, die sie zeigen.|Chacune avec les entrées qui la montrent.|Cada una con las entradas que la muestran.|Cada uma com as entradas que a mostram.|Ognuna con le voci che la mostrano.|Elk met de items die het laten zien.|Każda z wpisami, które ją pokazują.|Каждый — с записями, которые его показывают.|كل منها مع المدخلات التي تبيّنها.|כל אחד עם הרשומות שמראות אותו.|それぞれを示す項目とともに。|每项都附有佐证条目。
Related|Verwandt|Voir aussi|Relacionado|Relacionados|Correlati|Verwant|Powiązane|Похожее|ذات صلة|קשורים|関連|相关
Linked from|Verlinkt von|Lié depuis|Enlazado desde|Ligado a partir de|Collegato da|Gelinkt vanuit|Odnośniki z|Ссылаются сюда|مرتبط من|מקושר מתוך|リンク元|链接自
Links to|Verweist auf|Renvoie à|Enlaza a|Liga para|Collega a|Linkt naar|Odsyła do|Ссылается на|يرتبط بـ|מקשר אל|リンク先|链接到
Written|Geschrieben|Écrit|Escrito|Escrito|Scritto|Geschreven|Napisano|Написано|كُتب|נכתב|作成|写于
Updated|Aktualisiert|Mis à jour|Actualizado|Atualizado|Aggiornato|Bijgewerkt|Zaktualizowano|Обновлено|حُدّث|עודכן|更新|更新于
Reviewed|Überprüft|Relu|Revisado|Revisto|Rivisto|Nagelezen|Sprawdzono|Проверено|رُوجع|נבדק|確認|审阅于
Review due|Prüfung fällig|Relecture prévue|Revisión prevista|Revisão prevista|Revisione prevista|Nalezen voor|Sprawdzić do|Проверить до|موعد المراجعة|לבדיקה עד|次回の確認|下次审阅
overdue|überfällig|en retard|vencida|em atraso|scaduta|te laat|po terminie|просрочено|متأخر|באיחור|期限切れ|已逾期
Status|Status|État|Estado|Estado|Stato|Status|Stan|Состояние|الحالة|מצב|状態|状态
Elsewhere|Anderswo|Ailleurs|En otros sitios|Noutros sítios|Altrove|Elders|Gdzie indziej|В других местах|في أماكن أخرى|במקומות אחרים|外部リンク|其他链接
Source of this page|Quelle dieser Seite|Source de cette page|Fuente de esta página|Fonte desta página|Sorgente di questa pagina|Bron van deze pagina|Źródło tej strony|Исходник этой страницы|مصدر هذه الصفحة|מקור העמוד|このページのソース|本页源文件
All sections|Alle Bereiche|Toutes les sections|Todas las secciones|Todas as secções|Tutte le sezioni|Alle secties|Wszystkie działy|Все разделы|كل الأقسام|כל המדורים|すべてのセクション|所有栏目
Largest sections|Größte Bereiche|Plus grandes sections|Secciones más grandes|Maiores secções|Sezioni più grandi|Grootste secties|Największe działy|Крупнейшие разделы|أكبر الأقسام|המדורים הגדולים|大きなセクション|最大的栏目
Sections|Bereiche|Sections|Secciones|Secções|Sezioni|Secties|Działy|Разделы|الأقسام|מדורים|セクション|栏目
Contents|Inhalt|Sommaire|Contenido|Conteúdo|Indice|Inhoud|Spis treści|Содержание|المحتويات|תוכן|目次|目录
Start here|Hier beginnen|Commencer ici|Empieza aquí|Comece aqui|Inizia da qui|Begin hier|Zacznij tutaj|Начните отсюда|ابدأ من هنا|התחילו כאן|まずはこちら|从这里开始
Most others link to these.|Hierauf verweisen die meisten.|Les plus liés.|Los más enlazados.|Os mais ligados.|I più collegati.|Hier wordt het meest naar gelinkt.|Najczęściej linkowane.|На них ссылаются чаще всего.|الأكثر ارتباطًا.|המקושרים ביותר.|最も多くリンクされています。|被链接最多。
Recent|Neu|Récent|Reciente|Recente|Recenti|Recent|Najnowsze|Новое|الأحدث|חדש|最近|最近
More that is new|Mehr Neues|Plus de nouveautés|Más novedades|Mais novidades|Altre novità|Meer nieuws|Więcej nowości|Ещё новое|المزيد من الجديد|עוד חדשים|新着をもっと見る|更多新内容
Pages|Seiten|Pages|Páginas|Páginas|Pagine|Pagina’s|Strony|Страницы|الصفحات|עמודים|ページ|页面
Recently|Kürzlich|Récemment|Recientemente|Recentemente|Di recente|Onlangs|Ostatnio|Недавно|مؤخرًا|לאחרונה|最近の更新|近期
The whole timeline|Die ganze Chronik|Toute la chronologie|Toda la cronología|Toda a cronologia|Tutta la cronologia|De hele tijdlijn|Cała oś czasu|Вся лента времени|المخطط الزمني كاملًا|ציר הזמן המלא|年表をすべて見る|完整时间线
"""
"""A text of the theme, and the same in each language."""

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
}
"""The names of the months within a date (CLDR 45, `format` and `wide`)."""

DATES = {
    "de": "{day}. {month} {year}", "es": "{day} de {month} de {year}",
    "pt": "{day} de {month} de {year}", "ja": "{year}年{number}月{day}日",
    "zh": "{year}年{number}月{day}日",
}  # fmt: skip
"""How a date is written where that is not `1 May 2024`."""


def language_of(code: str) -> str:
    """Return the language of the table that a code such as `pt-BR` means, else nothing."""
    first = code.partition("-")[0].lower()
    return first if first in LANGUAGES else ""


def words_of(language: str) -> dict[str, str]:
    """Return the words of the theme by their English; none for a language that is not in the table."""
    code = language_of(language)
    if not code:
        return {}
    column = LANGUAGES.index(code) + 1
    rows = (line.split("|") for line in TABLE.strip().split("\n"))
    return {row[0]: row[column] for row in rows}


def filters_of(language: str, strings: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """Return the filters of templates that speak the language of a hub: `t`, and those of dates.

    `strings` are the hub's own words, by the English ones that they replace.
    """
    words = words_of(language) | dict(strings)

    @pass_context  # so that no text is translated when a template is compiled
    def t(_context: Any, text: str) -> str:
        return words.get(text, text)

    filters: dict[str, Callable[..., Any]] = {"t": t}
    if code := language_of(language):
        filters["long_date"] = filters["short_date"] = lambda date: local_date(date, code)
    return filters


def local_date(date: str, code: str) -> str:
    """Return `2024-05-01` as a language of the table writes it; what is not a whole day stays."""
    year, *rest = date[:10].split("-")
    is_day = len(rest) == 2 and all(part.isdecimal() for part in rest)
    if not is_day or not 1 <= int(rest[0]) <= 12:
        return date
    number, day = map(int, rest)
    names = MONTHS.get(code, "").split()
    month = names[number - 1] if names else ""
    shape = DATES.get(code, "{day} {month} {year}")
    return shape.format(day=day, month=month, number=number, year=year)
