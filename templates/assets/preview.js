// Previews of links: what a link leads to, where a pointer or the focus rests on it.
(() => {
  "use strict";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@layer parts { .preview { position: absolute; z-index: 9; max-inline-size: min(24rem, 90vw); padding: .75rem 1rem; background: var(--surface); border: 1px solid var(--control); border-radius: 8px; font-size: var(--s-1); line-height: 1.5 } }");
  document.adoptedStyleSheets.push(sheet);

  // What the files of folders tell of their entries.
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
    box.id = "Preview";
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
      link.setAttribute("aria-describedby", "Preview");
    };
    const rest = (event) => {
      const link = event.target.closest?.("a[data-kind], :is(.what, .names) a");
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

  bindPreviews(document.querySelector("main"));
})();
