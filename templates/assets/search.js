// Finds entries: reads the files of terms that begin as the words asked for do, ranks, and shows.
// Words are read as in nexusgen/site/search_terms.py. Loaded when search is first opened.
(() => {
  "use strict";
  const link = document.querySelector("[data-search]");
  const root = new URL("../", link.href).href;
  const base = new URL("search/", document.currentScript.src).href;
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUE = Object.fromEntries([...DIGITS].map((digit, value) => [digit, value]));
  const DENSE = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}";
  const PLAIN = "0-9a-z_\u00df-\u0dff\u0f00-\u0fff\u10a0-\u177f\u1800-\u1fff\u2c00-\u2dff\ua4d0-\uabff\ufb00-\ufefe";
  const WORD = new RegExp(`(?<![a-z0-9_-])--?[a-z][a-z0-9_-]*|(?<![a-z0-9_.])\\.[a-z][a-z0-9_]+|[${PLAIN}]+(?:(?:\\+\\+|#)(?![a-z0-9_]))?|[${DENSE}]+`, "gu");
  const RUN = new RegExp(`^[${DENSE}]`, "u");
  const ACCENTS = /[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]/g;
  const LETTERS = { "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i" };
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(ACCENTS, "").normalize("NFC").replace(/[أإآٱىةؤئßæœøđłı]/g, (letter) => LETTERS[letter]);
  const pairs = (run) => {
    const letters = [...run];
    return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => letters[at] + letter);
  };
  const bare = (word) => (word.startsWith("ال") && word.length > 4 ? word.slice(2) : word);
  const termsOf = (text) => (fold(text).match(WORD) || []).flatMap((word) => (RUN.test(word) ? pairs(word) : [bare(word)]));

  const data = new Map();
  const files = new Map();
  window.nexusgenSearch = (value) => data.set(document.currentScript.src, value);
  const load = (name) => {
    const src = base + name;
    if (!files.has(name)) {
      files.set(name, new Promise((done) => {
        const script = document.createElement("script");
        script.src = src;
        script.onload = script.onerror = () => {
          script.remove();
          if (!data.has(src)) files.delete(name);
          done(data.get(src) || {});
        };
        document.head.append(script);
      }));
    }
    return files.get(name);
  };
  const fileOf = (prefix) => `t${[...prefix].map((sign) => sign.codePointAt(0).toString(16)).join("-")}.js`;
  const pathOf = (term) => (term.charCodeAt(0) < 128 ? term : `~${DIGITS[term.codePointAt(0) % 64]}${term}`);
  const entryAt = async (number) => (await load(`d${Math.floor(number / hub.s)}.js`))[number];
  let hub, names, known, starting;
  const start = () => (starting ||= load("m.js").then((manifest) => {
    hub = manifest;
    names = (hub.l || "").split(" ");
    known = new Set(names);
  }));

  const leavesOf = (way) => {
    const found = [];
    for (let end = way.length; end && !found.length; end--) if (known.has(way.slice(0, end))) found.push(way.slice(0, end));
    for (const name of names) if (name.length > way.length && name.startsWith(way)) found.push(name);
    return found.slice(0, 6);
  };

  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return 9;
    let older = [];
    let old = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
      }
      if (Math.min(...row) > most) return 9;
      [older, old] = [old, row];
    }
    return old[b.length];
  };

  const ENDING = /^(|e|s|es|ed|ing|er|ers|ly|ion|ions)$/;
  const likeness = (word, term, isOpen) => {
    const [n, m] = [word.length, term.length];
    if (term === word) return 1;
    if (term.startsWith(word) && n > 1 && !/^(kind|tag):/.test(term)) {
      if (isOpen) return 0.55 + (0.4 * n) / m;
      if (n > 2 && m - n < 4) return 0.8;
      return n > 3 ? 0.35 : 0;
    }
    let same = 0;
    while (same < n && word[same] === term[same]) same++;
    if (same > 3 && ENDING.test(word.slice(same)) && ENDING.test(term.slice(same))) return 0.75;
    if (n < 4) return 0;
    const most = n > 7 ? 2 : 1;
    const edits = distance(word, term, most);
    return edits > most ? 0 : edits === 1 ? 0.45 : 0.22;
  };

  // The terms that are like a word, with how much and where they stand.
  const expand = async (word, isOpen) => {
    const found = new Map();
    const isExact = RUN.test(word) || /:/.test(word);
    const scan = async (ways) => {
      const leaves = [...new Set(ways.flatMap(leavesOf))];
      for (const leaf of await Promise.all(leaves.map((name) => load(fileOf(name))))) {
        for (const term in leaf) {
          const like = isExact ? +(term === word) : likeness(word, term, isOpen);
          if (like) found.set(term, [like, leaf[term]]);
        }
      }
    };
    const way = pathOf(word);
    const isSure = () => [...found.values()].some(([like]) => like > 0.6);
    await scan([isOpen || isExact || way.length < 4 ? way : way.slice(0, Math.max(3, way.length - 3))]);
    if (!isSure() && !isExact && word.length > 3) {
      await scan([word[1] + word[0], word.slice(1), word[0] + word.slice(2), word[0] + word[2] + word[1]].map((way) => pathOf(way).slice(0, 3)));
      found.again = () => scan([..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) => [letter + word.slice(1, 3), letter + word.slice(0, 2)]));
    }
    return found;
  };

  const read = (list) => {
    const hits = [];
    const cut = list.indexOf(" ");
    let id = 0;
    for (let at = cut + 1; at < list.length;) {
      let step = 0, shift = 0, value;
      do {
        value = VALUE[list[at++]];
        step |= (value & 31) << shift;
        shift += 5;
      } while (value & 32);
      id += step;
      hits.push([id, VALUE[list[at++]]]);
    }
    return [hits, cut > 0 ? +list.slice(0, cut) : hits.length];
  };

  const parse = (text) => {
    const filters = [], phrases = [];
    const rest = text.replace(/(?:^|\s)(kind|tag):(\S+)/g, (_, name, value) => ` ${filters.push(`${name}:${fold(value)}`) && ""}`)
      .replace(/"([^"]+)"?/g, (_, words) => ` ${phrases.push(words) && words} `);
    return { filters, phrases, words: [...new Set(termsOf(rest))].slice(0, 12) };
  };

  // A query in; the best entries, how many have all words, and the terms to mark.
  const search = async (text, { kind, limit = 8 } = {}) => {
    await start();
    const { filters, phrases, words } = parse(text);
    if (kind) filters.push(`kind:${kind}`);
    const isOpen = /[^\s"]$/.test(text);
    const asked = await Promise.all(words.map((word, at) => expand(word, isOpen && at === words.length - 1)));
    if (!asked.some((table) => table.size)) await Promise.all(asked.map((table) => table.again?.()));
    const scores = new Map(), marked = new Set();
    let whole = 0;
    for (const table of asked) {
      const isKnown = [...table.values()].some(([like]) => like === 1);
      const best = new Map();
      let rarest = 0;
      for (const [term, [like, list]] of table) {
        if (isKnown && like < 0.5) continue;
        const [hits, count] = read(list);
        const rarity = Math.log(1 + (hub.n - count + 0.5) / (count + 0.5));
        rarest = Math.max(rarest, rarity * (like === 1 || !isKnown));
        marked.add(term);
        for (const [id, weight] of hits) if (like * rarity * weight > (best.get(id) || 0)) best.set(id, like * rarity * weight);
      }
      rarest ||= Math.log(hub.n + 2);
      whole += rarest;
      for (const [id, score] of best) {
        const sum = scores.get(id) || scores.set(id, [0, 0, 0]).get(id);
        sum[0] += score;
        sum[1] += rarest;
        sum[2]++;
      }
    }
    let ranked = [...scores].map(([id, [score, part, count]]) => [id, score * (part / whole) ** 2, count]);
    for (const filter of filters) {
      const hits = new Map(read((await expand(filter)).get(filter)?.[1] || "")[0]);
      ranked = words.length ? ranked.filter(([id]) => hits.has(id)) : [...hits.keys()].map((id) => [id, 1, 0]);
    }
    const total = ranked.filter(([, , count]) => count === words.length).length;
    ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const near = fold(words.length > 1 ? termsOf(text).join(" ") : "\0");
    let shown = await Promise.all(ranked.slice(0, phrases.length ? 60 : limit).map(async ([id, score]) => {
      const [url, title, kind, tags, parts] = await entryAt(id) || [];
      const hit = { url, title, kind, tags, parts, score };
      if (url !== undefined && termsOf(title).join(" ").includes(near)) hit.score *= 1.3;
      return hit;
    }));
    shown = shown.filter(({ url, title, parts }) => url !== undefined && phrases.every((phrase) => ` ${[title, ...parts.flatMap((part) => part.slice(1))].map((part) => termsOf(part).join(" ")).join(" \n ")} `.includes(` ${termsOf(phrase).join(" ")} `)));
    shown.sort((a, b) => b.score - a.score);
    return { hits: shown.slice(0, limit), total: phrases.length ? shown.length : total, some: ranked.length, marked, words };
  };

  const isMarked = (word, marked) => termsOf(word).some((term) => marked.has(term));
  const el = (tag, given = {}, ...parts) => {
    const made = document.createElement(tag);
    for (const name in given) made.setAttribute(name, given[name]);
    made.append(...parts);
    return made;
  };
  const mark = (text, marked) => text.split(/([\p{L}\p{N}\p{M}_+#]+)/u).map((part, at) => (at % 2 && isMarked(part, marked) ? el("mark", {}, part) : part));
  const excerpt = (parts, marked) => {
    let best = [-1, ""];
    for (const [, , text] of parts) {
      const words = text.split(" ");
      for (let at = 0; at < Math.max(1, words.length - 8); at += 8) {
        const some = words.slice(at, at + 24);
        const count = new Set(some.filter((word) => isMarked(word, marked)).map(fold)).size;
        if (count > best[0]) best = [count, (at ? "… " : "") + some.join(" ") + (at + 24 < words.length ? " …" : "")];
      }
    }
    return best[1].slice(0, 260);
  };

  const address = (url, id) => root + encodeURI(url) + (location.protocol === "file:" ? "index.html" : "") + (id ? `#${encodeURIComponent(id)}` : "");

  const build = (isPage) => {
    const input = el("input", { type: "search", id: "find-field", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: "Search", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "find-hits", "aria-autocomplete": "list" });
    const hits = el("ul", { id: "find-hits", role: "listbox", "aria-label": "Results" });
    const say = el("p", { class: "find-say", role: "status" });
    const chips = el("div", { class: "find-kinds", role: "group", "aria-label": "Kinds" });
    const keys = el("p", { class: "find-keys" }, el("kbd", {}, "↑"), el("kbd", {}, "↓"), " choose ", el("kbd", {}, "Enter"), " open ", el("kbd", {}, "Esc"), " close");
    const close = el("button", { type: "button", class: "btn" }, "Close");
    const bar = el("div", { class: "find-bar" }, input, ...(isPage ? [] : [close]));
    const box = el(isPage ? "div" : "dialog", { class: "find-box", ...(isPage ? {} : { "aria-label": "Search" }) }, bar, chips, say, el("div", { class: "find-scroll", tabindex: "-1" }, hits), ...(isPage ? [] : [keys]));
    let at = -1, turn = 0, kind = "", seen = "";
    const choose = (next) => {
      const all = hits.children;
      all[at]?.setAttribute("aria-selected", "false");
      at = all.length ? (next + all.length) % all.length : -1;
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      all[at].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const option = (href, className, ...parts) => {
      const made = el("li", { role: "option", "aria-selected": "false", class: className, "data-href": href }, ...parts);
      made.addEventListener("click", (event) => go(made, event.ctrlKey || event.metaKey));
      made.addEventListener("auxclick", (event) => event.button === 1 && go(made, true));
      return made;
    };
    const go = (made, isNew) => {
      if (isNew) return open(made.dataset.href);
      location.href = made.dataset.href;
      if (!isPage) box.close();
    };
    const labelled = (name) => [el("span", { class: `find-mark m-${hub.k[name]?.[2]}`, "aria-hidden": "true" }), el("span", { class: "find-kind" }, hub.k[name]?.[0] || name)];
    const rowsOf = ({ url, title, kind: name, parts }, marked) => {
      const rows = [option(address(url), "find-hit", ...labelled(name), el("b", {}, ...mark(title, marked)), el("span", { class: "find-text" }, ...mark(excerpt(parts, marked), marked)))];
      const headings = parts.filter(([id, heading]) => id && isMarked(heading, marked)).slice(0, 2);
      return rows.concat(headings.map(([id, heading]) => option(address(url, id), "find-part", el("span", {}, ...mark(heading, marked)))));
    };
    const put = (rows) => {
      rows.forEach((row, number) => (row.id = `find-${number}`));
      hits.replaceChildren(...rows);
      hits.dataset.for = input.value;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      at = -1;
    };
    const recent = async () => {
      const rows = (hub.r || []).map(([url, title, name]) => option(address(url), "find-hit", ...labelled(name), el("b", {}, title)));
      const leaf = Object.values(await load(fileOf(names[Math.floor(Math.random() * names.length)])));
      const some = read(leaf[Math.floor(Math.random() * leaf.length)] || "")[0][0];
      const chance = some && await entryAt(some[0]);
      if (chance) rows.push(option(address(chance[0]), "find-hit", ...labelled(chance[2]), el("b", {}, chance[1]), el("span", { class: "find-text" }, "One at random")));
      return rows;
    };
    const show = async () => {
      const mine = ++turn;
      const text = input.value.trim();
      if (isPage) history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}` : location.pathname);
      await start();
      const found = text ? await search(input.value, { kind }) : null;
      const rows = found?.hits.length ? found.hits.flatMap((hit) => rowsOf(hit, found.marked)) : await recent();
      if (mine !== turn) return;
      put(rows);
      if (!found) say.textContent = rows.length > 1 ? "Recent entries" : "";
      else if (!found.hits.length) say.textContent = `Nothing found for “${text}”${rows.length > 1 ? ". Recent entries:" : ""}`;
      else if (found.total) say.textContent = `${found.total.toLocaleString("en")} ${found.total === 1 ? "entry" : "entries"}${found.words.length > 1 ? found.total === 1 ? " has all words" : " have all words" : ""}`;
      else say.textContent = `No entry has all words; ${found.some.toLocaleString("en")} come near`;
      if (found?.hits.length) choose(0);
      if (text !== seen && !kind) chips.dataset.kinds = [...new Set(found?.hits.map((hit) => hit.kind))].join(" ");
      seen = text;
      const kinds = found ? (chips.dataset.kinds || "").split(" ").filter(Boolean) : [];
      const focused = document.activeElement?.dataset.kind;
      chips.replaceChildren(...(kinds.length > 1 || kind ? ["", ...new Set([...kinds, kind].filter(Boolean))] : []).map((name) => {
        const chip = el("button", { type: "button", class: "btn", "aria-pressed": String(name === kind), "data-kind": name }, name ? hub.k[name]?.[1] || name : "All");
        chip.addEventListener("click", () => {
          kind = name;
          show();
        });
        return chip;
      }));
      if (focused !== undefined) [...chips.children].find((chip) => chip.dataset.kind === focused)?.focus();
    };
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(at < 0 && event.key === "ArrowUp" ? -1 : at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        go(hits.children[at], event.ctrlKey || event.metaKey);
      } else if (event.key === "Escape" && !isPage) {
        event.preventDefault();
        box.close();
      }
    });
    close.addEventListener("click", () => box.close());
    box.addEventListener("click", (event) => !isPage && event.target === box && box.close());
    return { box, input, show };
  };

  let dialog;
  Object.assign(window.nexusgenSearch, {
    search,
    termsOf,
    open() {
      if (!dialog) {
        dialog = build(false);
        document.body.append(dialog.box);
      }
      if (!dialog.box.open) dialog.box.showModal();
      dialog.input.focus();
      dialog.input.select();
      dialog.show();
    },
    mount(place) {
      const { box, input, show } = build(true);
      place.append(box);
      input.value = new URLSearchParams(location.search).get("q") || "";
      show();
    },
    async suggest(place) {
      const { hits } = await search(decodeURIComponent(location.pathname.slice(new URL(root).pathname.length)).replace(/[/_.-]|index\.html?$/g, " ").trim(), { limit: 3 });
      if (hits.length) place.append(el("p", {}, "Did you mean:"), el("ul", {}, ...hits.map((hit) => el("li", {}, el("a", { href: address(hit.url) }, hit.title)))));
    },
  });
})();
