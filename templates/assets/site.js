// The theme control, set before the first paint, a copy button on code, and the ways to what is
// loaded when it is asked for: search, previews of links. Reading needs none of them.
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

  // Previews of links are loaded when a pointer or the focus first rests on one.
  const bindPreviews = (src) => {
    const types = ["pointerover", "focusin"];
    const begin = (event) => {
      if (!event.target.closest?.("main a[href]")) return;
      for (const type of types) document.removeEventListener(type, begin);
      document.head.append(Object.assign(document.createElement("script"), { src, onload: () => event.target.dispatchEvent(new Event(event.type, { bubbles: true })) }));
    };
    for (const type of types) document.addEventListener(type, begin);
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
    document.querySelectorAll("[data-open-search]").forEach((field) => field.addEventListener("click", open));
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
    bindPreviews(document.body.dataset.preview);
    if (navigator.clipboard) document.querySelectorAll(".code").forEach(addCopy);
  });
})();
