"""The words of titles and labels by which a text is understood.

What a language needs stands first, up to `AND`: a further alternative in each row of `VOCABULARY` and
`LABELS` and in each pattern, and its words in `GENERIC`. Finer questions follow, in English so far:
of kinds, of sections, of one project or several, of entries.
"""

import re

from nexusgen.importers.normal import without_emoji

VOCABULARY: tuple[tuple[str, str], ...] = (
    (
        "challenge",
        r"chall[ae]nges?|d[ée]fis?|desaf[íi]os?|retos?|herausforderung(?:en)?|difficultés|dificultades|dificuldades|schwierigkeiten|(?:probl[èe]m(?:es|as?)|err(?:eurs|ores|os))(?: \w+)? (?:rencontrée?|encontrado|enfrentado)s|probl[èe]m(?:e|es|as?) (?:et|y|e|und) (?:solutions?|soluciones|soluções|l[öo]sungen)"
        r"|(?:problems?|issues?|bugs?|errors?)(?: (?:i |we )?(?:faced|met|encountered))? ?(?:and|&|/) ?(?:their |the )?(?:solutions?|fixes|resolutions?|workarounds|how (?:i|we) (?:dealt|fixed|got|handled|overcame|resolved|solved))|obstacles?|hurdles|roadblocks?"
        r"|^(?:main|key|major) (?:issues|problems)$|difficulties|mistakes|pain points|pitfalls|blockers|struggles|hard(?:est)? parts"
        r"|what (?:went wrong|was (?:challenging|difficult|hard)|broke|tripped (?:me|us) up)|where (?:i|we) got stuck|(?:problem|issue|bug) log|(?:problems?|issues?|bugs?|errors?|difficulty) (?:i |we )?(?:faced|met|encountered|hit|solved|resolved|fixed|overcame)",
    ),
    ("practice", r"(?:best|good|recommended|coding|engineering) (?:practi[cs]es?|habits?)|take-?aways?|conventions?|lessons? (?:learn(?:ed|t)|to remember|(?:i|we)\b)"
        r"|^(?:my |key |main )?(?:lessons|guidelines|advice|tips)$|^advice (?:to|for)|^(?:practi[cs]es|(?:my )?habits)$|(?:practi[cs]es|rules|habits) (?:that )?(?:i|we) |what (?:i|we) (?:take|took) (?:away|home|with (?:me|us))|tips (?:and|&) tricks|rules of thumb|do[’']?s (?:and|&) don[’']?ts"
        r"|personal (?:growth |learning )?(?:insights|reflections)|(?:key|main|my|practical) insights?"
        r"|things (?:i|we)(?:[’']d| would| wish| want to remember)|what (?:i|we)(?:[’']d| would) do (?:differently|again)"
        r"|leçons (?:apprises|tirées)|lecciones aprendidas|lições aprendidas|(?:bonnes|meilleures) pratiques|(?:buenas|mejores) pr[áa]cticas|(?:boas|melhores) pr[áa]ticas|bew[äa]hrte (?:praktiken|verfahren|vorgehensweisen|methoden)|gelernte lektionen|was ich mitnehme|enseignements tirés|ce que je retiens|lo que me llevo|o que (?:eu )?levo"),
    (
        "technology",
        r"technolog\w*|tecnolog[íi]as?|outils|herramientas|ferramentas|werkzeuge|^tech$|tech (?:i|we) \w+|tech(?:nical)?[ -]?stacks?|(?:tools?|stuff) (?:that )?(?:(?:i|we) used?|used)|tools? (?:that )?(?:(?:i|we) )?learn(?:ed|t)|what (?:i|we) used?|built with|(?:aws|cloud|azure|gcp) services"
        r"|tools?(?:,? (?:and|&)| ?/) ?(?:commands?|frameworks?|librar\w+|platforms?|languages?|services)"
        r"|(?:frameworks?|librar\w+|platforms?|languages?|services),? (?:and|&) tools"
        r"|(?:software|backend|frontend|development|project|core|main|primary) stack|^(?:my |the |our )?(?:tools|tooling|stacks?)(?:$| (?:i|we) )|tool(?:box|kit|set|chain)",
    ),
    ("concept", r"concepts?|principles|(?:big|core|key|main|important) (?:ideas|terms)|topics (?:covered|learn(?:ed|t)|studied)|fundamentals|conceptos?|conceitos?|konzepte"),
    (
        "project",
        r"projects|projets|proyectos|projetos|projekte|case stud(?:y|ies)|practical work|project (?:\w+ )?(?:highlights?|showcase|portfolio|work|experience)"
        r"|(?:things|what) (?:i|we)(?:[’']?ve)? built|^tasks completed$|^completed tasks$"
        r"|^(?:references to |links to |my )?(?:past|previous|prior|earlier|selected) (?:works?|repos(?:itories)?)$|^(?:day|week|month|sprint|module|unit) \w+ project$"
        r"|(?:capstone|final|featured|highlight(?:ed)?|sample|example|practical|main|side|hands-on|chosen|selected|mini|weekly|group|team|semester|graduation) project|project of the (?:day|week|month)",
    ),
    (
        "wrapper",
        r"(?:major|key|main|core|my|important|summary of|program) learnings?(?! (?:goals|journey|log|path|plan|timeline)\b)|learnings|growth (?:and|&) learning"
        r"|(?:what|things|stuff) (?:that )?(?:i|we)(?:[’']?ve)? (?:learn(?:ed|t)|understood)|today (?:i|we) learn(?:ed|t)|^learn(?:ed|t)$|knowledge (?:gained|acquired)|ce que j[’']ai appris|o que (?:eu )?aprendi|lo que (?:he )?aprend[íi]|was ich gelernt habe|apprentissages|aprendizajes|aprendizados",
    ),
)  # fmt: skip
"""The words of a heading that tell what its section holds; the first row that fits decides."""

GENERIC = frozenset(
    re.findall(
        r"\S+",
        """
        a all an and/or and architecture back backend best common core covered cs development encountered engineering issues problems
        faced final for from front frontend full general gained good i implemented important in key
        learned learnt followed applied adopted lessons list main major my of other our overcome overall personal practical
        practice practices practise practises habit habits keep program related resolved solution solutions solved some summary takeaway
        takeaways technical technologies technology the their these tools used web what with work
        additional professional software end stack topics studied challenge challenges challanges learnings concept concepts principles
        convention conventions tech projects project milestones completed built portfolio showcase highlighted highlight featured capstone new notable real world recommended i've how them growth insights reflections skills
        learning lesson insight things want to remember today today's today’s understood
        difficulties obstacles struggles hurdles pitfalls mistakes bugs errors pain points made fixed hit
        défis défi rencontrés et apportées utilisées bonnes meilleures pratiques desafíos desafios retos enfrentados
        encontrados conceitos conceptos aplicados y e soluciones soluções tecnologías tecnologias utilizadas usadas buenas mejores prácticas boas
        melhores práticas problèmes problème problemas difficultés rencontrées tirés dificultades dificuldades enfrentadas
        encontradas schwierigkeiten bewährte praktiken verfahren vorgehensweisen methoden herausforderungen lösungen und technologien verwendete
        """,
    )
)
"""Words that say nothing of their own: a heading of these alone names a section, not an entry."""

ARTICLE = (
    r"(?:(?:the|my|our|les?|la|mon|ma|notre|el|los|las|mi|nuestr[ao]|o|a|os|as|meu|minha|noss[ao]"
    r"|das|die|der|mein|meine|unsere?) |l[’'])?"
)
_FOUND = r"(?: (?:rencontré|trouvé|apporté|appliqué|retenu|adopté|proposé|obtenu|appris|encontrad[oa]|enfrentad[oa]|aplicad[oa]|implementad[oa]|propuest[oa]|propost[oa]|adoptad[oa]|adotad[oa]|obtenid[oa]|obtid[oa]|aprendid[oa])e?s?)?"
"""What may stand before and behind the words of a label."""

LABELS = tuple(
    (field, rf"{ARTICLE}(?:{words}){_FOUND}")
    for field, words in (
        ("problem", r"(?:problem|challenge|issue|mistake|hurdle|pitfall|roadblock|struggle|description|context|situation|symptoms?|error|obstacle"
                    r"|difficulty|what (?:happened|went wrong|broke|(?:i|we) saw)|scenario)(?: (?:statement|faced|description|encountered))?"
                    r"|probl[èe]mes?|problemas?|probleme|herausforderung|d[ée]fi|desaf[íi]o|reto|difficultés?|dificultad(?:es)?|dificuldades?|schwierigkeit(?:en)?"
                    r"|contexte?|contexto|kontext|ausgangslage|situación|situação|symptômes?|s[íi]ntomas?|symptome?"),
        ("cause", r"(?:root[ -])?(?:cause|reason)s?(?: analysis)?|why(?: it happened)?|diagnosis|analysis|causes? (?:racine|profonde|principale)s?|raisons?|pourquoi|diagnostic|analyse"
                  r"|causas?(?: (?:ra[íi]z|raíces|principal|principales|principais))?|motivos?|por qu[ée]|diagnóstico|an[áa]li[s]is|análise|(?:haupt)?ursachen?|grund|gründe|warum|diagnose"),
        ("solution", r"(?:final |implemented |main |practical |proposed |technical )?(?:solutions?|fix(?:es)?|resolutions?|resolved|approach|remedy|mitigation|workaround"
                     r"|how (?:i|we) (?:solved|fixed|resolved|overcame|addressed|handled)(?: (?:it|this|that))?"
                     r"|actions?|implementation|answer|breakthroughs?|turning point|how it was (?:solved|fixed|resolved)|steps taken|what (?:i|we) did)"
                     r"(?: (?:implemented|applied|taken|used|approach)| (?:and|&) (?:lessons?|takeaways?)(?: learn(?:ed|t))?)?"
                     r"|solutions? mises? en (?:place|œuvre)|résolution|correction|correctif|approche|démarche|ce que (?:j[’']ai|nous avons|on a) fait"
                     r"|soluci[óo]n(?:es)?|resolución|corrección|enfoque|acci[óo]n(?:es)?|(?:lo )?que (?:hice|hicimos)|cómo lo (?:resolví|solucioné|resolvimos|solucionamos)"
                     r"|solu(?:ção|ções)|resolução|correção|abordagem|aç(?:ão|ões)|(?:o )?que (?:eu )?(?:fiz|fizemos)|como (?:eu )?(?:resolvi|resolvemos|solucionei|solucionamos)"
                     r"|lösung(?:en|sansatz|sansätze|sweg)?|ansatz|behebung|vorgehen|umsetzung|ma(?:ß|ss)nahmen?|was (?:ich|wir) (?:getan|gemacht) (?:habe|haben)"),
        ("outcome", r"outcomes?|results?|impacts?|benefits?|lessons?(?: learn(?:ed|t))?|learnings?|what i learned"
                    r"|key takeaways?|takeaways?|key learnings?|status|résultats?|bénéfices?|leçons?(?: tirées?)?|apprentissages?|enseignements?|bilan|ce que j[’']ai appris"
                    r"|resultados?|impactos?|beneficios?|benefícios?|lecci[óo]n(?:es)?|aprendizajes?|lo que (?:he )?aprend[íi]|liç(?:ão|ões)|aprendizados?|aprendizagem|o que (?:eu )?aprendi"
                    r"|ergebnis(?:se)?|auswirkung(?:en)?|wirkung|nutzen|erkenntnis(?:se)?|lektion(?:en)?|was ich gelernt habe"),
    )
)  # fmt: skip
"""The words before the text of a field of a challenge."""

KNOWN_PAGES = re.compile(
    r"^(?:(?:project|program|course) )?(?:overview|introduction|about|objectives?|goals?|purpose|conclusion|summary"
    r"|author|contact|license|licence|contributing|contributors|acknowledge?ments?|getting started(?: with \w+(?: \w+)?)?|approach(?:,? (?:&|and) methodology)?|methodology|running (?:it )?locally|local setup|(?:solutions|fixes|resolutions)(?: (?:implemented|applied|found))?|learnings"
    r"|status|\w+ reflections?|what makes .+|how to navigate|(?:current|planned|production|testing|step-by-step) (?:project )?(?:workflow|process|deployment|next step|status)|(?:system |project )?architecture|(?:installation|setup)(?:,? (?:and|&) (?:installation|setup|usage|running(?: (?:it )?locally)?))?(?: (?:instruction|guide|step))?|usage(?: guide)?|success(?:es)?|achievements|screenshots?(?: / demo)?|(?:live )?demo|(?:key |main |bonus )?features(?: implemented)?|how to (?:run|use|build|install)(?: \w+){0,3}|limitations|outcomes?|evaluation|collaboration(?: (?:experience|guidelines|hub|network|with \w+))?|collaborators|repository(?: structure)?|references|resources(?: used)?"
    r"|(?:the )?(?:steps|process)(?: taken| (?:i|we) (?:followed|took))?|how (?:i|we) (?:did|built|made|solved) (?:it|this|them|these problems)|future (?:work|plans|features|goals|learning goals|ideas|scope|steps|improvements?|enhancements?|expansions?|developments?|roadmap|directions?)|funcionalidades|objetivos?|introdu(?:ção|cción)|conclus(?:ão|ión)|resultados(?: esperados)?|metodolog[ií]a|estrutura|estructura|equipe|equipo|contato|contacto|licença|licencia|próximos pasos|próximos passos|como (?:executar|rodar|usar)|recomendações|recomendaciones|fonctionnalités|objectifs|next \w+|(?:technical |soft |key )?skills(?: (?:acquired|demonstrated|developed|gained|learned|practi[cs]ed|unlocked|used))?|background|structure|(?:hands-on|practical) experience)s?(?: (?:&|and)(?: \w+){1,2})?$"
)  # fmt: skip
"""What sections are called that are pages; where headings have no marks they are known by it."""

SOLUTIONS = re.compile(
    r"^how (?:i|we) (?:addressed|fixed|handled|overcame|resolved|solved) (?:it|them|these)$|^(?:the |my |our )?(?:solutions?|resolutions?|fixes|soluciones|soluções|lösungen)(?: (?:implemented|applied|found|used|to them|apportées|trouvées|aplicadas|implementadas))?$"
)
"""What a list is called that answers, one by one, a list of challenges before it."""

SEVERAL = re.compile(
    r"(?i)\b(?:projects|projets|proyectos|projetos|projekte|case studies|practical work"
    r"|project (?:\w+ )?(?:highlights?|showcase|portfolio|work|experience))\b"
)
"""What a title says that shows more than one project."""

SETUP = re.compile(
    r"\b(?:installation|install|setup|usage|get(?:ting)? started|quick ?start|running|how to (?:run|use|build)|requirements|prerequisites|configuration|api (?:endpoints|reference|documentation)|endpoints|deployment"
    r"|c[oó]mo (?:rodar|executar|instalar|usar|clonar|ejecutar)|instalação|instalación|requisitos|comment (?:installer|lancer|utiliser)|prérequis|utilisation|einrichtung|voraussetzungen)\b"
)
"""What the sections of one project are called that tell how it is set up."""

SHOWING = re.compile(
    r"^(?:key |main )?(?:features?|screenshots?|demo|live demo|architecture|(?:project |folder )?structure|tests?|testing"
    r"|funcionalidades|características|fonctionnalités|funktionen)\b"
)
"""What else the sections of one project are called, beside how it is set up."""

LEARNING = re.compile(
    r"(?i)(?<!machine )(?<!deep )\b(?:learn(?:ed|t|ings?)(?! objectives)|knowledge(?![ -]base)|journey|documentation hub|takeaways"
    r"|aprend(?:i|í|izados?|izajes?)|appris|apprentissages?)\b"
)
"""What a text says at its beginning that tells what was learned."""

OF_MANY = re.compile(
    r"(?i)\b(?:learn(?:ed|t|ings)|learning (?:diary|hub|journal|journey|log|notes|path|record)|knowledge(?![ -]base)|lessons|takeaways|aprend\w+|apprentissage|program(?:me)?|document(?:ation|ing)|journey|bootcamp|course(?!\s+\w)|curriculum|notes|internship[_ -]\d{4}|progress|reflections?|reports?|write-?ups?|summary|repository|basics|exercises|profile|recap|resume|diary|journal$)\b|^(?:hi|hello)\b"
)
"""What titles say of what was learned in many things."""

LANGUAGE_WORDS = {
    "en": "the and of to in is for with i my we it that this was a as do no on an from how used are solution problem",
    "fr": "le la les un une des du de et est dans pour avec sur je nous mon pas qui en au aux ce suis par défi défis problème outils apprises résultats",
    "es": "el la los las un una de del y en con por para que es se sin mi al como reto retos desafíos problema solución causa herramientas lecciones proyectos resultados",
    "pt": "o a os as um uma de do da dos das e em no na com por para que é não se meu ao como sem desafio desafios problema solução ferramentas lições projetos resultados",
    "de": "der die das den dem und ist ein eine einen mit für nicht ich wir auf zu von im es war herausforderung herausforderungen lösung ursache ergebnis ergebnisse werkzeuge projekte",
    "it": "il lo la gli le un una di del della e è che per con non in nel sono mi sfide sfida problema soluzione strumenti progetti",
    "nl": "de het een en van in is voor met niet ik op dat zijn te uitdaging uitdagingen probleem oplossing projecten",
    "da": "og det er ikke en jeg i til på af har den var der som",
    "nb": "og det er ikke en jeg i til på av har den var der som",
    "sv": "och det är inte en jag i till på av har den var de som att",
    "pl": "i w z na się nie do jest to że dla jak po wyzwania wyzwanie rozwiązanie problem projekty narzędzia",
}
"""Words by whose number the language of a text is known, of those that are frequent in it."""

AND = "and|et|und|y"
"""What stands before the last name of a list."""

_SORTS = GENERIC | frozenset(
    re.findall(
        r"\S+",
        """
        languages frameworks libraries databases tools tooling devops infrastructure backend frontend
        services platforms technologies stack utilities packages
        programming deployment storage data cloud hosting apis api testing messaging message queues caching web
        ui styling server client containerization orchestration automation collaboration design build
        version control ci cd database mobile third party external state management monitoring quality
        language framework library platform architecture package security authentication authorization payments payment
        integration integrations documentation async asynchronous processing task background realtime real time
        modern system data handling performance optimization scalability type safety communication visualization forms form validation icons components fetching routing hooks code essentials basics
        """,
    )
)

NO_KIND = re.compile(
    r"\babout (?:the|this|these)\b|\bthis (?:week|month|sprint)\b|\bproject (?:overview|details)\b|\bproof of concept\b"
)
"""What titles say that hold no projects and no concepts, though they have a word for them."""

_CONCEPTS_FIRST = r"\bconcepts?, (?!.*\bsolutions)"
"""What a title says that names concepts before other kinds; where solutions follow, it holds challenges."""

_NOT_HARD = re.compile(
    rf"{_CONCEPTS_FIRST}|^the (?:\w+ )?challenge$|^common\b(?! challenges\b.*\bsolutions|.* (?:i|we)\b)"
)
"""What the task of a project is called, or the troubles of its users, as opposed to what was hard in it."""

_FIRM = re.compile(r"^about (?!the\b|these\b|our\b|my\b)\w+ technologies$")

_STYLE = re.compile(
    rf"{_CONCEPTS_FIRST}|\b(?:markdown|formatting|document(?:ation)?|typographic\w*) conventions\b"
    r"|\bconventions (?:used )?in this (?:document|file|guide|readme|repository)\b"
)
"""How a text itself is written, as opposed to what its author holds to."""

_NO_KINDS = {
    "challenge": _NOT_HARD,
    "practice": _STYLE,
    "project": NO_KIND,
    "concept": re.compile(rf"{NO_KIND.pattern}|^chapter \d"),
    "technology": _FIRM,
}

_KINDS = tuple((kind, re.compile(rf"\b(?:{words_of})\b")) for kind, words_of in VOCABULARY)

OVERVIEW = re.compile(
    r"^(?:\w+ )?(?:introduction|about(?: (?:this|the) \w+)?|description|abstract|summary"
    r"|purpose|background|welcome)\b|\boverview\b"
)
"""What a section is called that tells of the whole text, and stands on the home page."""

AUTHOR = re.compile(
    r"^(?:about )?(?:the |me\b|my )?(?:authors?|me|maintainers?|contacts?(?: \w+)*"
    r"|connect(?: with me)?|get in touch|created by|developed by|written by)$"
    r"|^(?:à propos d(?:e l[’']|u |e la |[’']))?(?:l[’'])?(?:auteure?s?|autrice|moi)$"
    r"|^(?:sobre |acerca de(?:l)? ?)?(?:el |la |os? |a )?(?:autor(?:a|es|as)?|mí|mim)$|^(?:über )?(?:den |die |das )?(?:mich|autor(?:en|in|innen)?)$|^kontakt$"
)
"""What a section is called that tells who wrote the text."""

CONTENTS = re.compile(
    r"^(?:table of )?contents$|^toc$|^(?:quick )?navigation$|^sommaire$|^table des matières$|^[íi]ndice$|^sum[áa]rio$"
    r"|^(?:tabla de )?contenidos?$|^conteúdo$|^inhalt(?:sverzeichnis)?$"
)
"""What a list of the sections is called."""

ASKING = re.compile(r"(?:which|what|how|why|where|when|who)\b", re.IGNORECASE)
"""What the title of a section begins with that asks, as that of no text does."""

HOLDING = re.compile(
    r"\b(?:learn\w*|highlights?|journey|knowledge|skills?|insights?|experiences?|reflections?|summary|documentation"
    r"|(?:day|week|month|sprint|module|unit|phase|term|semester|part)s? (?:\d+|one|two|three|four|five|six)"
    r"|contents?|program\w*|backend|frontend|course|curriculum|key|main|major)\b"
)
"""What sections are called that hold others and have no text of their own."""

DATED = re.compile(r"(?i)\W*(?:day|week|month|sprint|d|w)[ _-]?\d")
"""What the title of a page of a log begins with."""

PERIOD = re.compile(r"(?i)\b(?:day|week|month) \d+$")
"""What a title ends with that is one of a log."""

CLOSING = re.compile(
    r"^(?:(?:conclusion|summary|final thoughts?|(?:additional|extra|further) notes|future (?:enhancement|improvement|plan|scope)s?)\b.*|overview|introduction|(?:references|resources)(?: (?:&|and) \w+)?)$"
)
"""What a text below entries is called that is none of them, and stays with their section."""

OUTSIDE = re.compile(
    r"^(?:(?:getting started|installation|running (?:it )?locally|local setup|how to run|how to use this repository|license|licence|contributing|contributors"
    r"|acknowledge?ments?|(?:repository|folder|project) structure|(?:project|github) repository|next steps"
    r"|(?:key |main |core )?features|(?:\d+ )?(?:\w+ )?api (?:documentation|endpoints|reference)"
    r"|(?:the )?(?:steps|process)(?: taken| (?:i|we) (?:followed|took))?|how (?:i|we) (?:did|built|made|solved) (?:it|this|these problems)|future (?:work|plans|features|goals|improvements|enhancements))|(?:the )?(?:author|contact)s?)$"
)
"""What headings below a section are called that are no part of it, whatever their level."""

OUTLINE_PAGES = re.compile(r"^(?:key |core |main )?(?:features?|objectives?|goals?)$")
"""What else is called so below technologies, and tells of the whole."""

SETTING_UP = re.compile(r"^(?:clone|configure|install|run) \w+")
"""What steps are called that may stand below technologies, and are none."""

PRODUCT = re.compile(
    r"(?i)\b(?:project|app|application|apis?|(?:backend|frontend)(?! engineering| development| documentation)|platform|system|store|shop|website|tool|library"
    r"|analy[sz]er|assistant|(?:chat)?bot|calculator|classifier|controller|dashboard|detector|game|generator|manager|server|simulator|tracker|clone|page|catalog(?:ue)?|workflow|pipeline)$"
)
"""What the title of a project ends with that says what it is."""

SINGULAR = re.compile(r"\bproject\b(?! (?:highlights|showcase|portfolio|work|experience))")
"""One project, and no list of them."""

PROJECT_PARTS = re.compile(
    r"\b(?:features?|tech|technolog\w*|stack|install\w*|setup|usage|overview|objectives?|goals?|architecture|structure"
    r"|description|links?|demo|api|endpoints|deliverables|requirements|timeline|role|dataset|training|deployment|outcomes?|results?|highlights)\b"
)
"""What the parts of one project are called, as opposed to several projects."""

PROJECT_LABELS = re.compile(
    r"\b(?:what|how|why|status|purpose|aim|summary|date|period|code|repo\w*|languages?|tools?|learn\w*|skills?|challenges?|impact|notes?|focus|problem|solution|about|output|team|type)\b"
)
"""What else stands before a colon in the text of a project."""

README_PARTS = re.compile(
    r"^(?:how (?:to (?:use|run|play|build|start)|it works|(?:i|we) built)|what (?:it does|inspired)|inspiration$|(?:live )?(?:preview|links?|screenshots?|demo\w*|website)|built with$|what (?:this|the) (?:project|app|lab|system)\b"
    r"|(?:(?:possible|planned) )?(?:future|further|continued) (?:improvements?|enhancements?|work|development|features|plans|scope)|(?:possible |planned )?improvements"
    r"|(?:project |folder |repository |file )?structure|(?:sobre (?:o|el)|estrutura do|estructura del) pro(?:jet|yect)o|try (?:it|this)|data(?:set|base)?(?: (?:model|schema|set|source))?$|(?:key |main )?results?$|steps|procedure|commands? (?:used|executed)|(?:my |unique )?approach|implementation|methodology|deliverables?)\b"
)
"""What parts of the README of one project are called, beside those that every project has."""

MAYBE_PARTS = re.compile(r"\bhighlights?\b|\b(?:what|things) (?:i|we)\b")
"""What a title of projects says below which the parts of one may stand."""

HUB = re.compile(
    r"(?i)\b(?:nexus|prodev|(?<!crypto )(?<!investment )(?<!market )(?<!stock )portfolio(?! (?:management|system|builder|generator|tracker|manager)))\b"
)
"""What titles say that are of no one project."""

APP = re.compile(
    r"(?i)(?:^|\bis |\w |, )an? (?!(?:form|kind|part|piece|sort|type) of\b)(?:[*_]*[^\W\d_][\w*/+-]*,? ){0,7}(?:app|application|platform|website|marketplace|system|api)\b(?! engineering)"
)
"""What a text says at its beginning that is itself one thing: `a full-stack web app`."""

BUILDS = re.compile(
    r"\b(?:build|develop|create|design)s?\b[^.]{0,50}\b(?:app|application|platform|website)\b"
)
"""What the text of a project says of its aim."""

OF_ONE_THING = re.compile(
    r"(?i)\b(?:this|the) (?:project|lab|app|application|tool|game|script) \w+s\b"
    r"|\b(?:goals?|aim|objective) of (?:this|the) project\b|\bin this project\b|\bthis repository (?:demonstrates|implements)\b|\bfinal[- ]year project\b"
)
"""What a text says at its beginning that tells of one thing."""

OF_COURSE = re.compile(
    r"(?i)(?:frontend mentor|the odin project|freecodecamp|codecademy|cs50\w*|(?:\w+ )?internship"
    r"|(?:(?:lab(?:oratory)?(?: activity)?|activity|week|day|unit|module|assignment|homework|project|exercise|task) *#?\d+(?: \w+)?))\s*(?:[-–—|:]|$)"
)
"""What a title begins with that names who set the task, or when, and not the project."""

LECTURE = re.compile(r"(?i)(?:chapter|episode|lecture|lesson)[ _-]?\d")
"""What a title begins with that is a part of a course, and no task."""

TASK = re.compile(
    r"(?i)(?:frontend mentor|(?:lab(?:oratory)?(?: activity)?|activity|assignment|homework|project|exercise|task)[ _-]*#?\d+"
    r"|(?:day|module|sprint|unit|week)[ _-]?\d+[ _-](?:assignment|exercise|homework|lab|project|task))\b"
)
"""What a title begins with that is one task of a course."""

TITLE_LABEL = re.compile(
    r"(?:(?:capstone|course|final|internship|mini|portfolio|project)\s+)*(?:title|name|entry|reflection|report|documentation|project)",
    re.IGNORECASE,
)
"""What stands before the title of a text, and is no part of it."""

NAMELESS = re.compile(
    r"(?i)(?:(?:real[- ]world|practical|sample|the|this|my|our|final|capstone|demo|example) )*(?:project|app|application|website|page|system)"
)
"""What says of a thing that it is one, and not which."""

ENTRY_NUMBER = re.compile(
    r"(?i)^(?:(?:chosen|capstone|final|featured|main|selected|sample) (?=project:))?(?:challenge|problem|issue|obstacle|mistake|hurdle|pitfall|roadblock|struggle|bug|practice|project|takeaway|concept|technology|tool|lesson|case study|task"
    r"|d[ée]fi|probl[èe]me|difficulté|projet|leçon|outil|pratique|technologie|desaf[íi]o|reto|problema|dificultad|dificuldade|pro(?:y|j)ecto|projeto|lecci[óo]n|lição|herramienta|ferramenta|pr[áa]ctica|prática|tecnolog[íi]a|conceptos?|conceito|herausforderung|schwierigkeit|projekt|lektion|werkzeug|konzept)"
    r"(?:e?s)?(?:\s*(?:#|n(?:o|r)?[.°º]*\s*)?\d+\s*(?:[:.)\-–—]+|$)|\s*(?:[:–—]|\s-)+)\s*"
)
"""What stands before the title of an entry: `Challenge 1:`."""

CHALLENGES = re.compile(r"\b(?:challenges|problems|obstacles|hurdles|difficulties)$", re.IGNORECASE)
"""What a title ends with below which challenges stand, whatever their sort."""

NO_CHALLENGE = re.compile(
    r"(?i)(?:none|nothing)(?: (?:big|major|new|notable|particular|real|serious|significant|worth \w+))*(?: to (?:mention|note|report))?(?: (?:so far|this \w+|today))?(?:\W*$|\s*[,;:(]|\s+[–—-])"
    r"|no (?:\w+ ){0,2}(?:blockers|challenges?|difficulties|issues|obstacles|problems|struggles)\b"
)
"""What an item begins with that tells that nothing was hard."""

SOLVED = re.compile(r"\b(?:solutions?|solved|fixe[sd]|resol\w+|overc[ao]me)\b", re.IGNORECASE)
"""What the title of a section says whose entries tell how each was solved."""

REMEDY = re.compile(
    r"(?i)\bto (?:address|fix|handle|mitigate|overcome|resolve|solve|tackle) (?:these|them|this|it)\b[^.!?]*:$"
)
"""What leads to a list of what was done about the troubles told before it."""

LEARNED = re.compile(
    r"(?i)\b(?:learn\w*|lessons?|takeaways?|applied|covered|explored|practi[cs]ed|coding|key concepts|reflections?|insights?|i|we|my)\b"
)
"""What the title of a section says that tells what was learned; without one, concepts are the users'."""

FINDINGS = re.compile(r"(?:(?:data|key|main) )?insights?\W*$", re.IGNORECASE)
"""What a project tells that its data show, which nobody learned to do."""

LEARNED_ITEM = re.compile(
    r"(?:(?:i|we)(?:[’']ve| have)? (?:also )?)?(?:gained|learn(?:ed|t)|understood)\b", re.IGNORECASE
)
"""What an item begins with that tells what was learned."""


def is_sort(title: str) -> bool:
    """Decide whether a heading among technologies names a sort of them: `Databases & Storage`."""
    names = re.findall(r"[\w'’]+", re.sub(r"\([^)]*\)", "", title.casefold()))
    return bool(names) and set(names) <= _SORTS


def is_numbered(text: str) -> bool:
    """Decide whether a line is the title of an entry by its number: `Challenge 1: Slow queries`."""
    match = ENTRY_NUMBER.match(without_emoji(text))
    return bool(match and re.search(r"\d", match[0]))


def kind_of(title: str) -> str:
    """Return the kind that a heading tells, `wrapper`, or the empty string."""
    text = " ".join(re.sub(r"[*_`]|(?<=\w) \([^)]*\)", "", title).casefold().split())
    for kind, pattern in _KINDS:
        none = _NO_KINDS.get(kind)
        if pattern.search(text) and not (none and none.search(text)):
            return kind
    return ""


def is_generic(title: str) -> bool:
    """Decide whether a heading below a section names a part of it, and no entry of its own."""
    return all(word in GENERIC for word in re.findall(r"[\w'’]+", title.casefold()))


def is_outside(title: str, kind: str) -> bool:
    """Decide whether a heading below a section tells of the whole text and not of the section."""
    low = title.casefold()
    inner = kind == "technology" and (SETTING_UP.match(low) or OUTLINE_PAGES.match(low))
    if kind == "project":
        return bool(re.search(r"\bskills\b", low))
    if kind != "practice" and kind_of(title) == "wrapper" and is_generic(title):
        return True
    return bool(inner or OUTSIDE.match(low))
