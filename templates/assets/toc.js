// The heading under which a reader is, in the list of contents beside a long text.
(() => {
  "use strict";
  const list = document.querySelector("nav.toc .stick");
  const links = list ? [...list.querySelectorAll("a")] : [];
  const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let current, waits;

  const mark = () => {
    waits = false;
    const root = document.documentElement;
    const from = parseFloat(getComputedStyle(root).scrollPaddingTop) + 36;
    const isEnd = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
    const at = isEnd ? links.length - 1 : heads.findLastIndex((head) => head && head.getBoundingClientRect().top < from);
    if (links[at] === current) return;
    current?.removeAttribute("aria-current");
    current = links[at];
    current?.setAttribute("aria-current", "true");
    if (current) list.scrollTop += current.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  };
  const soon = () => (waits ||= requestAnimationFrame(mark) && true);

  if (links.length) {
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    mark();
  }
})();
