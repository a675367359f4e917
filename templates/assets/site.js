// The theme before the first paint, copy buttons, and what is loaded when asked for: search, previews.
(() => {
  "use strict";
  const root = document.documentElement;
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const add = (tag, given) => document.head.append(Object.assign(document.createElement(tag), given));
  const listen = (types, act) => types.forEach((type) => addEventListener(type, act));

  const themes = ["system", "light", "dark"];
  let theme = "system";
  try {
    theme = localStorage.theme || theme;
  } catch {} // storage may be forbidden: the choice then lasts as long as the page
  const show = () => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  root.classList.add("js");
  show();

  const bindTheme = (button) => {
    const label = () => button.setAttribute("aria-label", (button.title = `Theme: ${theme}`));
    label();
    button.onclick = () => {
      theme = themes[(themes.indexOf(theme) + 1) % 3];
      try {
        localStorage.theme = theme;
      } catch {}
      show();
      label();
    };
  };

  const addCopy = (block) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn copy", textContent: document.body.dataset.copy });
    button.onclick = async () => {
      await navigator.clipboard.writeText(block.querySelector("pre").innerText);
      button.textContent = document.body.dataset.copied;
      setTimeout(() => (button.textContent = document.body.dataset.copy), 1500);
    };
    block.append(button);
  };

  const bindPreviews = (src) => {
    const begin = (event) => {
      if (!src || !event.target.closest?.("main a[href]")) return;
      add("script", { src, onload: () => event.target.dispatchEvent(new Event(event.type, { bubbles: true })) });
      src = "";
    };
    listen(["pointerover", "focusin"], begin);
  };

  const bindSearch = (link) => {
    let ready;
    const load = () => (ready ||= new Promise((done) => {
      add("link", { rel: "stylesheet", href: link.dataset.sheet });
      add("script", { src: link.dataset.search, onload: () => done(window.nexusgenSearch) });
    }));
    const open = (event) => {
      event.preventDefault();
      load().then((search) => search.open());
    };
    each("[data-open-search]", (field) => field.addEventListener("click", open));
    link.addEventListener("click", (event) => event.ctrlKey || event.metaKey || event.shiftKey || open(event));
    listen(["keydown"], (event) => {
      if (event.altKey) return;
      const isTyping = event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      const isControl = event.ctrlKey || event.metaKey;
      if (isControl ? event.key.toLowerCase() === "k" : event.key === "/" && !isTyping) open(event);
    });
    each("[data-search-page]", (page) => load().then((search) => search.mount(page)));
  };

  listen(["beforeprint"], () => each(".prose a", (link) => link.classList.toggle("bare", link.href.includes(link.textContent))));

  document.addEventListener("DOMContentLoaded", () => {
    each("[data-search]", bindSearch);
    each("[data-theme-button]", bindTheme);
    bindPreviews(document.body.dataset.preview);
    const today = new Date().toISOString().slice(0, 10);
    each("[data-overdue]", (note) => (note.hidden = note.dataset.overdue > today));
    if (navigator.clipboard) each(".code", addCopy);
  });
})();
