// Finds entries: reads the files of terms that begin as the words asked for do, ranks, and shows.
// Words are read as in nexusgen/site/search_terms.py. Loaded when search is first opened.
(() => {
  const root = new URL("../", document.querySelector("[data-search]").href).href;
  const base = new URL("search/", document.currentScript.src).href;
  const DENSE = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}";
  const PLAIN = "\\w\u00df-\u0dff\u0f00-\u0fff\u10a0-\u177f\u1800-\u1fff\u2c00-\u2dff\ua4d0-\uabff\ufb00-\ufefe";
  const WORD = new RegExp(`(?<![\\w-])--?[a-z][\\w-]*|(?<![\\w.])\\.[a-z]\\w+|[${PLAIN}]+(?:(?:\\+\\+|#)(?!\\w))?|[${DENSE}]+`, "gu");
  const RUN = new RegExp(`^[${DENSE}]`, "u");
  const SHOWN = new RegExp(`([${DENSE}]|[\\p{L}\\p{N}\\p{M}_+#]+)`, "u");
  const ACCENTS = /[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]/g;
  const LETTERS = { "ٱ": "ا", "ى": "ي", "ة": "ه", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "э": "е" };
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(ACCENTS, "").normalize("NFC").replace(/[^ -~]/g, (letter) => LETTERS[letter] || letter);
  const pairs = ([...letters]) => (letters[1] ? letters.slice(1).map((letter, at) => letters[at] + letter) : letters);
  const termsOf = (text) => (fold(text).match(WORD) || []).flatMap((word) => (RUN.test(word) ? pairs(word) : /^ال.../.test(word) ? word.slice(2) : word));
  const joined = (text) => ` ${termsOf(text).join(" ")} `;

  // A file is a script that hands over what it holds.
  const files = {};
  const load = (name) => files[name] ||= new Promise((done) => {
    const script = document.createElement("script");
    script.src = base + name;
    script.onload = script.onerror = () => {
      script.remove();
      if (!script.given) files[name] = 0;
      done(script.given || {});
    };
    document.head.append(script);
  });
  window.nexusgenSearch = (given) => (document.currentScript.given = given);
  let hub;
  const ready = load("m.js").then((given) => (hub = given));
  const leafOf = (prefix) => load(`t${[...prefix].map((sign) => sign.codePointAt().toString(16)).join("-")}.js`);
  const entryAt = async (number) => (await load(`d${Math.floor(number / hub.s)}.js`))[number];
  const grouped = (sign) => String.fromCharCode(63 + sign.codePointAt() % 64) + sign;
  const pathOf = (term) => (term < "\x80" ? term : `~${RUN.test(term) ? [...term].map(grouped).join("") : grouped(term)}`);
  const ownLeaf = (path) => hub.l.findLast((name) => path.startsWith(name));

  // Tells whether so many letters more, less, other or swapped make one word of another.
  const isWithin = (most, a, b) => Math.abs(a.length - b.length) <= most && (!a || !b || (a[0] === b[0] ? isWithin(most, a.slice(1), b.slice(1))
    : most > 0 && [[0, 1], [1, 0], [1, 1], ...(a[0] === b[1] && a[1] === b[0] ? [[2, 2]] : [])].some(([x, y]) => isWithin(most - 1, a.slice(x), b.slice(y)))));

  const ENDING = /^(|e|s|es|ed|ing|er|ers|ly|ion|ions)$/;
  const likeness = (word, term, isOpen) => {
    const n = word.length;
    if (term.startsWith(word) && (n > 1 || RUN.test(word))) return isOpen ? 0.55 + 0.4 * n / term.length : 0.9 * n / term.length;
    let same = 0;
    while (same < n && word[same] === term[same]) same++;
    if (same > 3 && [word, term].every((one) => ENDING.test(one.slice(same)))) return 0.75;
    return n > 3 && (same > Math.max(n, term.length) * 0.66 || isWithin(1, word, term)) ? 0.45 : n > 7 && isWithin(2, word, term) ? 0.22 : 0;
  };

  // The terms that are like a word, with how much and where they stand.
  const expand = async (word, isOpen) => {
    const found = [];
    const path = pathOf(word);
    const [a, b, c, d] = word;
    const isExact = RUN.test(b) || word.includes(":");
    const scan = async (...names) => {
      for (const leaf of await Promise.all([...new Set(names)].map(leafOf))) {
        for (const term in leaf) {
          const like = term === word ? 1 : isExact || term.includes(":") ? 0 : likeness(word, term, isOpen);
          if (like) found.push([term, like, leaf[term]]);
        }
      }
    };
    await scan(ownLeaf(path), ...(isExact ? [] : isOpen ? hub.l.filter((name) => name.startsWith(path)).slice(0, 4) : [ownLeaf(path.slice(0, Math.max(3, path.length - 3)))]));
    if (!isExact && d && !found.some(([, like]) => like > 0.6)) await scan(...[b + a + word.slice(2), word.slice(1), a + word.slice(2), a + c + b + word.slice(3)].map(pathOf).map(ownLeaf));
    return found;
  };

  const decode = (list) => {
    const [digits, count] = list.split(" ").reverse();
    const hits = [];
    let id = 0, step = 0, shift = 0;
    for (const digit of digits) {
      const value = digit.charCodeAt() - 63;
      if (shift < 0) shift = hits.push([id, value]) && 0;
      else {
        step |= (value & 31) << shift;
        shift += 5;
        if (value < 32) {
          id += step;
          step = 0;
          shift = -1;
        }
      }
    }
    return [hits, +count || hits.length];
  };

  // A query in; the best entries, how many have all words, and the terms to mark. Of what very many
  // entries have only some are known: none needs to have such a word, and for a filter each is read.
  const search = async (text) => {
    await ready;
    const filters = [], read = [];
    const rest = text.replace(/(?<!\S)((?:kind|tag):\S+)|"([^"]+)"?/g, (_, filter, words) => (filter ? filters.push(fold(filter)) : read.push(joined(words)), words || ""));
    const words = [...new Set(termsOf(rest))].slice(0, 12);
    const asked = await Promise.all(words.map((word, at) => expand(word, !words[at + 1] && /\S$/.test(text))));
    const scores = new Map(), marked = new Set();
    let whole = 0, common = 0;
    for (const table of asked) {
      const isKnown = table.some(([, like]) => like === 1);
      const best = new Map();
      let rarest = 0, most = 0;
      for (const [term, like, list] of table) {
        if (isKnown && like < 0.5) continue;
        const [hits, count] = decode(list);
        const rarity = Math.log((hub.n + 1) / (count + 0.5));
        if (like === 1 || !isKnown) rarest = Math.max(rarest, rarity);
        if (like === 1 && !hits[count - 1]) most = count;
        marked.add(term);
        for (const [id, weight] of hits) best.set(id, Math.max(best.get(id) || 0, like * rarity * weight));
      }
      if (most) common = Math.min(common || most, most);
      rarest = most ? 0 : rarest || Math.log(hub.n + 2);
      whole += rarest;
      for (const [id, score] of best) {
        const [sum, part] = scores.get(id) || [0, 0];
        scores.set(id, [sum + score, part + rarest]);
      }
    }
    let ranked = words[0] && [...scores].map(([id, [sum, part]]) => [id, whole ? sum * (part / whole) ** 2 : sum, part]).filter(([, score]) => score);
    for (const filter of filters) {
      const [ids, count] = decode((await expand(filter))[0]?.[2] || "");
      const known = new Map(ids);
      if (ids.length < count) ranked ? read.push(joined(filter)) : common = count;
      else ranked &&= ranked.filter(([id]) => known.has(id));
      ranked ||= ids.map(([id]) => [id, 1, 0]);
    }
    ranked = (ranked || []).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const all = ranked.filter(([, , part]) => part === whole);
    const looked = read[0] ? all : ranked;
    let hits = [], at = 0;
    for (; looked[at] && !hits[7] && at < (read[0] ? 64 : 8); at += 8) {
      hits.push(...await Promise.all(looked.slice(at, at + 8).map(async ([id, score]) => {
        const [url, title, kind, tags, parts] = await entryAt(id);
        const texts = [title, `kind:${kind} tag:${tags.join(" tag:")}`, ...parts.flat()].map(joined);
        return read.every((words) => texts.some((text) => text.includes(words))) && { url, title, kind, parts, score: words[1] && texts[0].includes(joined(rest)) ? score * 1.3 : score };
      })));
      hits = hits.filter(Boolean);
    }
    hits.sort((a, b) => b.score - a.score);
    const count = read[0] ? hits.length : whole || !common ? all.length : common;
    const about = read[0] ? (looked[at] ? "≥ " : "") : common ? "≈ " : "";
    return { hits: hits.slice(0, 8), marked, told: `${hub.words[count ? (words[1] ? 4 : 3) : 5]} ${about}${count || ranked.length}` };
  };

  const el = (tag, className, ...parts) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...parts);
    return made;
  };
  const isMarked = (text, marked) => termsOf(text).some((term) => marked.has(term));
  // A text with the words marked, from where most of them are.
  const mark = (text, marked) => {
    const parts = text.split(SHOWN);
    const isHit = parts.map((part, at) => at % 2 && (isMarked(part, marked) || marked.has(parts[at - 2] + part) || marked.has(part + parts[at + 2])));
    let most = 0, start = 0;
    for (let at = 0; at < parts.length; at += 16) {
      const { size } = new Set(parts.slice(at, at + 48).filter((_, step) => isHit[at + step]).map(fold));
      if (size > most) [most, start] = [size, at && at + 1];
    }
    return [start ? "… " : "", ...parts.map((part, at) => (isHit[at] ? el("mark", "", part) : part)).slice(start, start + 99)];
  };
  const address = (url, id) => root + encodeURI(url) + (root[0] === "f" ? "index.html" : "") + (id ? `#${encodeURIComponent(id)}` : "");
  const option = (href, className, ...parts) => {
    const made = el("li", className, ...parts);
    made.role = "option";
    made.dataset.href = href;
    return made;
  };
  const rowOf = ([url, title, kind], ...text) => option(address(url), "find-hit", el("span", `find-mark m-${hub.k[kind][2]}`), el("span", "find-kind", hub.k[kind][0]), el("b", "", ...[title].flat()), el("span", "find-text", ...text));
  const rowsOf = ({ url, title, kind, parts }, marked) => [
    rowOf([url, mark(title, marked), kind], ...mark(parts.map((part) => part[2]).filter(Boolean).join(" · "), marked)),
    ...parts.filter(([id, heading]) => id && isMarked(heading, marked)).slice(0, 2).map(([id, heading]) => option(address(url, id), "find-part", el("span", "", ...mark(heading, marked)))),
  ];
  const anyOf = (list) => list[Math.floor(Math.random() * list.length)];
  const recent = async () => {
    const [some] = decode(anyOf(Object.values(await leafOf(anyOf(hub.l)))) || "")[0];
    const chance = some && await entryAt(some[0]);
    return [...hub.r.map((entry) => rowOf(entry)), ...(chance ? [rowOf(chance, hub.words[1])] : [])];
  };

  const build = (place) => {
    const around = place || document.body;
    around.insertAdjacentHTML("beforeend", hub.box);
    const box = around.lastChild;
    const [input, chips, say, hits] = box.querySelectorAll("input, .find-kinds, .find-say, ul");
    const { children } = hits;
    let at, turn = 0, kind = "", seen;
    const choose = (next) => {
      at = next;
      [...children].forEach((row, number) => {
        row.id = `find-${number}`;
        row.ariaSelected = number === at;
      });
      input.setAttribute("aria-activedescendant", children[at]?.id || "");
      children[at]?.scrollIntoView({ block: "nearest" });
    };
    const go = ({ dataset: { href } }, isNew) => {
      if (isNew) return open(href);
      location.href = href;
      if (!place) box.close();
    };
    const show = async () => {
      const mine = ++turn;
      const text = input.value.trim();
      if (place && !place.id) history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}` : location.pathname);
      if (!text) kind = "";
      const got = await search((kind && `kind:${kind} `) + input.value);
      const rows = got.hits[0] ? got.hits.flatMap((hit) => rowsOf(hit, got.marked)) : await recent();
      if (mine !== turn) return;
      hits.replaceChildren(...rows);
      hits.dataset.for = input.value;
      input.ariaExpanded = !!rows[0];
      choose(got.hits[0] ? 0 : -1);
      say.textContent = got.hits[0] ? got.told : text ? `${hub.words[2]} ${text}` : hub.words[0];
      if (!kind && seen !== (seen = text)) {
        const kinds = [...new Set(got.hits.map((hit) => hit.kind))];
        chips.replaceChildren(...(kinds[1] ? kinds : []).map((name) => {
          const chip = el("button", "btn", hub.k[name][1]);
          chip.value = name;
          return chip;
        }));
      }
      for (const chip of chips.children) chip.ariaPressed = chip.value === kind;
    };
    input.oninput = show;
    chips.onclick = ({ target: { value } }) => {
      kind = value === kind ? "" : value || kind;
      show();
    };
    hits.onclick = hits.onauxclick = ({ target, button, ctrlKey, metaKey }) => {
      if (button < 2 && target !== hits) go(target.closest("li"), button || ctrlKey || metaKey);
    };
    input.onkeydown = (event) => {
      const { key, isComposing, ctrlKey, metaKey } = event;
      if (isComposing || !/^(Arrow(Down|Up)|Enter)$/.test(key)) return;
      event.preventDefault();
      if (key === "ArrowDown") choose((at + 1) % children.length);
      else if (key === "ArrowUp") choose((at > 0 ? at : children.length) - 1);
      else if (children[at]) go(children[at], ctrlKey || metaKey);
    };
    box.onclick = ({ target }) => target === box && !place && box.close();
    return { box, input, show };
  };

  let dialog;
  Object.assign(window.nexusgenSearch, {
    search,
    termsOf,
    async open() {
      await ready;
      const { box, input, show } = dialog ||= build();
      if (!box.open) box.showModal();
      input.select();
      show();
    },
    async mount(place) {
      await ready;
      const { box, input, show } = build(place);
      input.value = place.id ? decodeURIComponent(location.href.slice(root.length)).replace(/[/_.-]|index\.html?$/g, " ") : new URLSearchParams(location.search).get("q");
      await show();
      if (place.id) box.open = true;
      else box.show();
    },
  });
})();
