// The theme before the first paint, copy buttons, and what is loaded when asked for: contents, previews, search.
(() => {
  const root = document.documentElement;
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const add = (tag, given, to = document.head) => to.appendChild(Object.assign(document.createElement(tag), given));

  const themes = ["system", "light", "dark"];
  let at = 0;
  // Storage may be forbidden: the choice then lasts as long as the page.
  try {
    at = Math.max(0, themes.indexOf(localStorage.theme));
  } catch {}
  const show = () => (root.dataset.theme = themes[at]);
  root.className = "js";
  show();

  const bindTheme = (button) => {
    const label = () => (button.ariaLabel = button.title = button.dataset.themes.split("|")[at]);
    label();
    button.onclick = () => {
      at = (at + 1) % 3;
      show();
      label();
      try {
        localStorage.theme = themes[at];
      } catch {}
    };
  };

  const bindSearch = (link) => {
    let ready, keys, load = () => (ready ||= new Promise((onload, onerror) => {
      add("link", { rel: "stylesheet", href: link.dataset.sheet });
      add("script", { src: link.dataset.search, onload, onerror });
    }));
    const open = (event) => {
      event.preventDefault();
      keys = []; // typed before search is there
      load().then(() => nexusgenSearch.open(keys)).catch(() => (location.href = link.href));
    };
    each("[data-search], [data-open-search]", (opener) => (opener.onclick = (event) => event.ctrlKey || event.metaKey || event.shiftKey || open(event)));
    addEventListener("keydown", (event) => {
      const { key, code, target } = event;
      key?.length < 2 && keys?.push(key);
      if (!event.altKey && (event.ctrlKey || event.metaKey ? /^(Key)?k$/i.test(key > "~" ? code : key) : key === "/" && !target.closest("input,select,textarea,[contenteditable]"))) open(event);
    });
    each("[data-search-page]", (page) => load().then(() => nexusgenSearch.mount(page)));
  };

  addEventListener("DOMContentLoaded", () => {
    let { copy, copied, preview, toc } = document.body.dataset;
    each("[data-search]", bindSearch);
    each("button.theme", bindTheme);
    measure();
    // From disk, the address of a folder shows what lies in it.
    if (!location.host) each("a[href]", (link) => link.setAttribute("href", link.getAttribute("href").replace(/^(?!\w+:)([^?#]*\/)(?![^?#])/, "$1index.html")));

    if (navigator.clipboard) each("figure.code", (block) => {
      const button = add("button", { className: "btn copy", ariaLive: "polite", textContent: copy }, block);
      button.onclick = async () => {
        await navigator.clipboard.writeText(block.querySelector("pre").innerText);
        button.textContent = copied;
        setTimeout(() => (button.textContent = copy), 1500);
      };
    });

    const begin = (event) => {
      if (!preview || !event.target.closest?.("main a[href]")) return;
      add("script", { src: preview, onload: () => event.target.dispatchEvent(new Event(event.type, { bubbles: true })) });
      preview = "";
    };
    addEventListener("pointerover", begin);
    addEventListener("focusin", begin);
    if (toc) addEventListener("scroll", () => add("script", { src: toc }), { once: true });

    each("[data-overdue]", (note) => (note.hidden = note.dataset.overdue > new Date().toISOString()));
    // On paper an address stands behind the words of a link, unless they are all of it but "https://" and "/".
    addEventListener("beforeprint", () => each(".prose a", ({ classList, href, textContent }) => classList.toggle("bare", href.includes(textContent) && href.length < textContent.length + 10)));
  }, { once: true });

  // What a link leads to and what has the focus stand below a header of any height.
  const measure = () => each("header.top", (bar) => root.style.setProperty("--bar", `${bar.offsetHeight}px`));
  addEventListener("resize", measure);

  // Where the keyboard stops to scroll, there is something to scroll.
  addEventListener("load", () => each("pre, .scroll, .math", (box) => {
    if (box.scrollWidth <= box.clientWidth) box.clientWidth && box.removeAttribute("tabindex");
    else if (box.matches("pre")) Object.assign(box, { role: "group", ariaLabel: document.body.dataset.code });
  }));
})();
