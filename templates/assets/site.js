// The theme control, set before the first paint, a copy button on code, previews of links and maps
// that answer, and the way to search. Reading needs none of them.
(() => {
  "use strict";
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  let theme = "system";
  try {
    theme = localStorage.getItem("theme") || theme;
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  const show = () => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  root.classList.add("js");
  show();

  const bindTheme = (button) => {
    const label = () => {
      button.title = `Theme: ${theme}`;
      button.setAttribute("aria-label", button.title);
    };
    label();
    button.addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // See above.
      }
      show();
      label();
    });
  };

  const addCopy = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("pre").innerText);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  };

  // What a link leads to, from the file of its folder, when a pointer or the focus rests on it.
  const folders = new Map();
  const readPreview = async (link) => {
    const [, folder, name] = link.href.match(/^([^?#]*\/)([^/?#]+)\/(?:[?#].*)?$/) || [];
    if (!name || link.origin !== location.origin) return null;
    if (!folders.has(folder)) {
      folders.set(folder, fetch(`${folder}previews.json`).then((file) => (file.ok ? file.json() : {})).catch(() => ({})));
    }
    return (await folders.get(folder))[decodeURIComponent(name)];
  };

  const bindPreviews = (main) => {
    const box = document.createElement("div");
    box.className = "preview";
    box.id = "preview";
    box.setAttribute("role", "tooltip");
    box.hidden = true;
    document.body.append(box);
    let timer, current;
    const hide = () => {
      clearTimeout(timer);
      current?.removeAttribute("aria-describedby");
      current = undefined;
      box.hidden = true;
    };
    const show = async (link) => {
      const preview = await readPreview(link);
      if (current !== link || !preview?.[2]) return;
      const [title, label, summary] = preview;
      box.replaceChildren(...[["p", label], ["strong", title], ["p", summary]].map(([tag, text]) => {
        const part = document.createElement(tag);
        part.textContent = text;
        return part;
      }));
      box.hidden = false;
      const place = link.getBoundingClientRect();
      const left = Math.min(place.left, document.documentElement.clientWidth - box.offsetWidth - 16);
      const below = place.bottom + box.offsetHeight + 12 < innerHeight;
      box.style.left = `${Math.max(8, left) + scrollX}px`;
      box.style.top = `${(below ? place.bottom + 4 : place.top - box.offsetHeight - 4) + scrollY}px`;
      link.setAttribute("aria-describedby", "preview");
    };
    const rest = (event) => {
      const link = event.target.closest?.("a[data-kind], .what a");
      if (link === current || box.contains(event.target)) return clearTimeout(timer);
      if (!link) return leave();
      hide();
      current = link;
      timer = setTimeout(show, 250, link);
    };
    const leave = () => {
      clearTimeout(timer);
      if (current) timer = setTimeout(hide, 250);
    };
    document.addEventListener("pointerover", rest);
    main.addEventListener("focusin", rest);
    main.addEventListener("focusout", hide);
    addEventListener("keydown", (event) => event.key === "Escape" && hide());
  };

  // On a map, what is not next to the node under the pointer or the focus steps back.
  const bindMap = (map) => {
    const nodes = [...map.querySelectorAll("a")];
    const edges = [...map.querySelectorAll("path[data-start]")];
    const mark = (event) => {
      const link = event.target.closest("a");
      const at = String(nodes.indexOf(link));
      const near = new Set([at]);
      const ends = (edge) => [edge.dataset.start, edge.dataset.end];
      for (const edge of edges) if (ends(edge).includes(at)) ends(edge).forEach((end) => near.add(end));
      const alone = near.size === 1;
      for (const edge of edges) edge.toggleAttribute("data-dim", !alone && !ends(edge).includes(at));
      nodes.forEach((node, place) => node.toggleAttribute("data-dim", !alone && !near.has(String(place))));
    };
    for (const type of ["pointerover", "focusin"]) map.addEventListener(type, mark);
    for (const type of ["pointerleave", "focusout"]) map.addEventListener(type, () => map.querySelectorAll("[data-dim]").forEach((part) => part.removeAttribute("data-dim")));
  };

  // Search: the script is loaded when it is first asked for; without it, the link leads to a page.
  const bindSearch = (link) => {
    let ready;
    const load = () => (ready ||= new Promise((done) => {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: link.dataset.sheet }));
      document.head.append(Object.assign(document.createElement("script"), { src: link.dataset.search, onload: () => done(window.nexusgenSearch) }));
    }));
    const open = (event) => {
      event.preventDefault();
      load().then((search) => search.open());
    };
    link.addEventListener("click", (event) => event.ctrlKey || event.metaKey || event.shiftKey || open(event));
    addEventListener("keydown", (event) => {
      const isTyping = event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      const isControl = event.ctrlKey || event.metaKey;
      if ((isControl && !event.altKey && event.key.toLowerCase() === "k") || (event.key === "/" && !isTyping && !isControl && !event.altKey)) open(event);
    });
    const page = document.querySelector("[data-search-page]");
    const near = document.querySelector("[data-search-near]");
    if (page) load().then((search) => search.mount(page));
    if (near) load().then((search) => search.suggest(near));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-search]").forEach(bindSearch);
    document.querySelectorAll("[data-theme-button]").forEach(bindTheme);
    document.querySelectorAll("[data-map]").forEach(bindMap);
    bindPreviews(document.getElementById("main"));
    if (navigator.clipboard) document.querySelectorAll(".code").forEach(addCopy);
  });
})();
