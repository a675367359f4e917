// Finds entries: reads the files of terms that begin as the words asked for do, ranks, and shows.
// Words and queries are read by the patterns of nexusgen/site/search_terms.py, which come with the list of files.
// Loaded when search is first opened.
(() => {
  const root = new URL("../", document.querySelector("[data-search]").href).href,
    base = new URL("search/", document.currentScript.src).href;
  let hub, WORD, RUN, SHOWN, PART, ACCENTS, ENDING, ARTICLE, ASKED;
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(ACCENTS, "").normalize("NFC").replace(/[^ -~]/g, (one) => hub.w.letters[one] || one);
  const pairs = ([...text]) => (text[1] ? text.slice(1).map((one, at) => text[at] + one) : text);
  const wordsOf = (text) => fold(text).match(WORD) || [];
  const termsOf = (text) => wordsOf(text).flatMap((word) => (RUN.test(word) ? pairs(word) : word.replace(ARTICLE, "")));
  const dashed = (text) => wordsOf(text.replace(/_/g, " ")).join("-") || text.replace(/ /g, "-");
  const joined = (text) => ` ${termsOf(text).join(" ")} `;

  // A file is a script that hands over what it holds.
  const files = {};
  let isLost;
  const load = (name) => files[name] ||= new Promise((done) => {
    const script = document.createElement("script");
    script.src = base + name;
    script.onload = script.onerror = () => {
      script.remove();
      if (!script.given) isLost = !(files[name] = 0);
      done(script.given || {});
    };
    document.head.append(script);
  });
  window.nexusgenSearch = (given) => (document.currentScript.given = given);
  const ready = load("m.js").then((given) => {
    hub = given;
    [WORD, RUN, SHOWN, PART, ACCENTS, ENDING, ARTICLE, ASKED] = hub.w.patterns.map((one) => RegExp(...one));
  });
  const leafOf = (prefix) => load(`t${[...prefix].map((one) => one.codePointAt().toString(16)).join("-")}.js`);
  const entryAt = async (number) => (await load(`d${number / hub.s | 0}.js`))[number];
  const pathOf = (term) => (term < "\x80" ? "" : "~") + term.replace(/[^ -~]/gu, (one) => String.fromCharCode(63 + one.codePointAt() % 64) + one);
  const ownLeaf = (path) => hub.l.findLast((name) => path.startsWith(name));

  // How many of so many wrong letters (more, less, other or swapped) are left where one word is the other; else -1.
  const left = (most, a, b) => a === b ? most : Math.abs(a.length - b.length) > most ? -1 : a[0] === b[0] ? left(most, a.slice(1), b.slice(1))
    : Math.max(...[[0, 1], [1, 0], [1, 1], [2, 2]].map(([x, y]) => (x < 2 || a[0] + a[1] === b[1] + b[0] ? left(most - 1, a.slice(x), b.slice(y)) : -1)));

  const likeness = (word, term, isOpen, slack) => {
    const n = word.length;
    if (term.startsWith(word) && (isOpen || n > 1 || RUN.test(word))) return (isOpen ? 0.75 : 0.55) + 0.2 * n / term.length;
    const same = [...word].findIndex((one, at) => one !== term[at]);
    if (same > 3 && [word, term].every((one) => ENDING.test(one.slice(same)))) return 0.75;
    if (n > 3 && same > Math.max(n, term.length) * 0.66) return 0.45;
    const most = (n > 3) + (n > 7) + (slack && n > 2 && n !== 4), more = left(most, word, term);
    return more < 0 ? 0 : 0.9 / 2 ** (most - more);
  };

  // The terms that are like a word, with how much and where they stand; with slack, what is nearest.
  // Words of names are there by their second letter, too (`ocker~d`), for whoever mistypes the first.
  const expand = async (word, isOpen, slack) => {
    const found = [], path = pathOf(word), [a, b, c, d] = word;
    const isFilter = word.includes(":"), isExact = RUN.test(b) || (isFilter && !slack);
    const scan = async (...names) => {
      for (const leaf of await Promise.all([...new Set(names)].map(leafOf))) {
        for (const term in leaf) {
          const [tail, first = ""] = term.split("~");
          const like = term === word ? 1 : isExact || term.includes(":") !== isFilter ? 0 : first ? d && word.endsWith(tail) && tail[word.length - 2] && 0.45 : likeness(word, term, isOpen, slack);
          if (like) found.push([first + tail, like, leaf[term]]);
        }
      }
    };
    await scan(ownLeaf(path), ...(isExact ? [] : isOpen ? hub.l.filter((name) => name.startsWith(path)).slice(0, 3) : [ownLeaf(path.slice(0, Math.max(3, path.length - 3)))]));
    if (!isExact && (d || slack) && !found.some(([, like]) => like > 0.5)) await scan(...[b + a + word.slice(2), word.slice(1), a + word.slice(2), a + c + b + word.slice(3)].map(pathOf).map(ownLeaf));
    const most = Math.max(...found.map(([, like]) => like));
    return found.filter(([, like]) => like >= (slack ? most : most === 1 ? 0.66 : most > 0.5 && 0.5)).sort((x, y) => y[1] - x[1] || y[2].length - x[2].length);
  };

  const decode = (list = "") => {
    const [digits, count] = list.split(" ").reverse();
    let id = 0;
    const hits = (digits.match(/[_-~]*[?-^]./g) || []).map((one) => {
      let step = 0;
      for (let at = one.length - 1; at--; ) step = step * 32 + (one.charCodeAt(at) + 1) % 32;
      return [(id += step), one.charCodeAt(one.length - 1) - 63];
    });
    return [hits, +count || hits.length];
  };
  const listOf = async (term) => decode((await leafOf(ownLeaf(pathOf(term))))[term]);

  // A query in; the best entries, how many have all words, and the terms to mark. Few are shown at a
  // time, as each may have a file of texts of its own. Of what very many entries have only some are
  // known: none needs to have such a word, and for a filter each is read. An entry called just so is
  // first. Of a single word, what goes on otherwise comes behind; among several words it may be meant.
  // Words without a blank between them (`3.11`, `Active::Base`) are a phrase; those that stand side by
  // side as asked say more. A phrase counts by its words where the text goes on behind what is kept of it.
  // Where nothing is found, what is nearest is looked for, and phrases count as words.
  const search = async (text, room = 6, slack = 0) => {
    await ready;
    const filters = [], must = [], read = [], near = [], lacks = slack ? [text] : [];
    const rest = text.replace(ASKED, (_, filter, name, words) => (filter ? filters.push(`${fold(filter)}:${dashed(name)}`) : slack || read.push(joined(words)), words || ""));
    const words = [...new Set(termsOf(rest))];
    const asked = await Promise.all(words.slice(0, 12).map((word, at) => expand(word, !words[at + 1] && (word[1] ? /\S$/ : /(^|\s).$/u).test(text), slack)));
    const scores = new Map(), marked = new Set(wordsOf(rest));
    if (/\S/.test(rest)) for (const [id] of (await listOf(`:${dashed(rest)}`))[0]) scores.set(id, [1e6, 0]);
    let whole = 0, common = 0;
    asked.forEach((table, at) => {
      const [own, often] = decode(table.find(([, like]) => like === 1)?.[2]), best = new Map(), isNear = table[0]?.[1] < 0.5;
      let rarest = 0;
      if (isNear && !slack) lacks.push(words[at]);
      if (isNear || slack) near.push(...table.slice(0, 3).map(([term]) => term));
      for (const [term, like, list] of table) {
        const [hits, count] = decode(list), rarity = isNear || Math.log((hub.n + 1) / ((often || count) + 0.5));
        rarest = Math.max(rarest, rarity);
        marked.add(term);
        for (const [id, weight] of hits) best.set(id, Math.max(best.get(id) || 0, like * rarity * weight / (often && like < 1 && !words[1] ? 64 : 1)));
      }
      if (own.length < often) [common, rarest] = [Math.min(common || often, often), 0];
      else whole += rarest ||= Math.log(hub.n + 2);
      for (const [id, score] of best) {
        const [sum, part] = scores.get(id) || [0, 0];
        scores.set(id, [sum + score, part + rarest]);
      }
    });
    for (const filter of filters) {
      const [[term, , list] = []] = await expand(filter, 0, slack), [ids, count] = decode(list), known = new Map(ids);
      if (slack && term) near.push(term);
      if (!whole && filter === filters[0]) for (const [id] of ids) if (!scores.has(id)) scores.set(id, [0, 0]);
      if (known.size === count) for (const [id] of scores) known.has(id) || scores.delete(id);
      else words[0] || filters[1] ? must.push(joined(term)) : (common = count);
    }
    const ranked = [...scores].map(([id, [sum, part]]) => [id, whole ? sum * (part / whole) ** 2 : sum, part]).filter(([, score]) => score || !whole).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const all = ranked.filter(([, , part]) => part === whole), isRead = read[0] || must[0], looked = isRead || (!/\S\s+\S/.test(rest) && all[0]) ? all : ranked;
    let hits = [], at = 0;
    for (; looked[at] && (!hits[room - 1] || (words[1] && at < 12)) && at < room * 10; at += 6) {
      hits = hits.concat(await Promise.all(looked.slice(at, at + 6).map(async ([id, score]) => {
        const [url, title = "", kind, names = [], parts = []] = await entryAt(id) || [];
        const texts = [title, names.join(" "), ...parts.flat()].map(joined);
        const has = (words) => texts.some((text) => text.includes(words)), isSure = read.every(has);
        score *= 1 + words.filter((word, at) => has(` ${words[at - 1]} ${word} `)).length / words.length;
        return title && must.every(has) && (isSure || parts.some((part) => part[2].endsWith(" …"))) && { url, title, kind, names, parts, score: isSure ? score : score - 1e9 };
      }))).filter(Boolean);
    }
    hits.sort((a, b) => b.score - a.score);
    if (!hits[0] && !slack) return search(text, room, 1);
    const names = hits[0] ? Object.keys(hub.k) : [], lists = await Promise.all(names.map((name) => listOf(`kind:${name}`))), ids = new Map(looked);
    const kinds = names.filter((_, at) => lists[at][0].length < lists[at][1] || lists[at][0].some(([id]) => ids.has(id)));
    const count = isRead ? hits.length : whole || !common || (words[0] && filters[0]) ? all.length : common;
    const about = words[12] || hits.at(-1)?.score < 0 || (common && !isRead) ? "≈ " : isRead && looked[at] ? "≥ " : "";
    const told = [
      lacks[0] && hub.words[2] + lacks.join(" "),
      hits[0] && near[0] && hub.words[6] + [...new Set(near)].slice(0, 3).map((term) => hits[0].names.find((name) => joined(name) === joined(term)) || term).join(", "),
      !slack && hub.words[count ? (/\S\s+\S/.test(rest) ? 4 : 3) : 5] + about + (count || ranked.length),
    ];
    return { hits: hits.slice(0, room), kinds, marked, shown: RegExp(`(${[...(all[0] ? wordsOf(rest) : marked)].filter((one) => RUN.test(one)).concat(SHOWN.source).join("|")})`, "iu"), isMore: looked[at] || hits[room], told: slack && isLost ? hub.words[8] : told.filter(Boolean).join(" · ") };
  };

  const el = (tag, className, ...parts) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...parts);
    return made;
  };
  let marked, shown;
  // Words are marked that have a part asked for.
  const hitsIn = (text) => new Set(termsOf(`${text} ${text.replace(PART, " ")}`).filter((term) => marked.has(term))).size;
  // A text with the words marked, from where most of them are.
  const mark = (text) => {
    const parts = text.split(shown).map((part, at) => (at % 2 && hitsIn(part) ? el("mark", "", part) : part));
    let most = 0, start = 0;
    parts.forEach((part, at) => {
      const { size } = new Set(parts.slice(at, at + 32).map((one) => one.append && fold(one.textContent)));
      if (part.append && size > most) [most, start] = [size, at > 16 && at - 8];
    });
    return [start ? "… " : "", ...parts.slice(+start, start + 99)];
  };
  const address = (url, id) => root + encodeURI(url) + (root[0] === "f" ? "index.html" : "") + (id ? `#${encodeURIComponent(id)}` : "");
  const option = (href, ...parts) => Object.assign(el("a", ...parts), { role: "option", tabIndex: -1 }, href && { href });
  const rowOf = (url, title, kind, text = "") => option(address(url), "", el("span", `find-mark m-${hub.k[kind][2]}`), el("span", "find-kind", hub.k[kind][0]), el("b", "", ...mark(title)), el("span", "find-text", ...mark(text)));
  const rowsOf = ({ url, title, kind, parts }) => [
    rowOf(url, title, kind, parts.map((part) => part[2]).sort((a, b) => hitsIn(`${title} ${b}`) - hitsIn(`${title} ${a}`))[0]),
    ...parts.filter(([id, heading]) => id && hitsIn(heading)).slice(0, 2).map(([id, heading]) => option(address(url, id), "find-part", el("span", "", ...mark(heading)))),
  ];
  const anyOf = (list) => list[Math.random() * list.length | 0];
  const recent = async () => {
    const [some] = decode(anyOf(Object.values(await leafOf(anyOf(hub.l)))))[0];
    const [url, title, kind] = some && await entryAt(some[0]) || [];
    return [...hub.r.filter((one) => one[0] !== url), ...(url ? [[url, title, kind, hub.words[1]]] : [])].map((entry) => rowOf(...entry));
  };

  const build = (place) => {
    (place || document.body).insertAdjacentHTML("beforeend", hub.box);
    const box = document.querySelector(".find-box");
    const [input, chips, say, hits] = box.querySelectorAll("input, .find-kinds, .find-say, #Find-hits");
    const { children } = hits;
    let at, turn = 0, kind = "", seen, latest, room;
    const choose = (next) => {
      at = next;
      [...children].forEach((row, number) => {
        row.id = `Find-${number}`;
        row.ariaSelected = number === at;
      });
      input.setAttribute("aria-activedescendant", children[at]?.id || "");
      children[at]?.scrollIntoView({ block: "nearest" });
    };
    const look = async (more) => {
      const mine = ++turn, text = input.value.trim();
      if (!text) kind = "";
      isLost = 0;
      const got = await search((kind && `kind:${kind} `) + input.value, more);
      ({ marked, shown } = got);
      const rows = text ? got.hits.flatMap(rowsOf) : await recent();
      if (got.isMore) rows.push(option("", "find-more", hub.words[7]));
      if (mine !== turn) return;
      hits.replaceChildren(...rows);
      hits.dataset.for = input.value;
      input.ariaExpanded = !!rows[0];
      choose(text ? (more > room ? at : 0) : -1);
      room = more;
      say.textContent = text ? got.told : hub.words[0];
      if (!kind && seen !== (seen = text)) {
        chips.replaceChildren(...got.kinds.map((value) => Object.assign(el("button", "btn", hub.k[value][1]), { value })));
      }
      for (const chip of chips.children) chip.ariaPressed = chip.value === kind;
      if (place && !place.id) history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}` : location.pathname);
    };
    const show = (more = 6) => (latest = look(more));
    input.oninput = () => show();
    chips.onclick = ({ target: { value } }) => {
      kind = value === kind ? "" : value || kind;
      show();
    };
    hits.onclick = ({ target, ctrlKey, metaKey }) => {
      const row = target.closest("a");
      if (row && !row.href) show(room + 6);
      else if (row && !place && !ctrlKey && !metaKey) box.close();
    };
    input.onkeydown = async (event) => {
      const { key, keyCode, ctrlKey, metaKey } = event;
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[key];
      if (keyCode === 229 || !(step < 2)) return;
      event.preventDefault();
      await latest; // what was typed counts, not what is still shown
      if (step) choose((Math.max(at, step < 0 ? 0 : -1) + step + children.length) % children.length);
      else if (ctrlKey || metaKey) open(children[at].href);
      else children[at]?.click();
    };
    box.oncancel = () => input.blur(); // a field that is hidden keeps the keys for a moment
    box.onmousedown = ({ target }) => target !== box || place || box.close();
    return { box, input, show };
  };

  let dialog;
  Object.assign(window.nexusgenSearch, {
    search,
    termsOf,
    async open(keys) {
      await ready;
      const { box, input, show } = dialog ||= build();
      if (!box.open) box.showModal();
      input.focus();
      if (keys[0]) input.value = keys.join("");
      else input.select();
      show();
    },
    async mount(place) {
      await ready;
      const { box, input, show } = dialog = build(place);
      input.value = new URLSearchParams(place.dataset.searchPage || location.search).get("q");
      await show();
      if (place.id) box.open = true;
      else box.show();
    },
  });
})();
