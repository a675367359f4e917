// The page for wrong addresses is shown at any depth, also of a site that lies in a folder and was not told where.
// Of its copies that a page asks for in the folders above, one is there: it leads all links from where it lies.
(() => {
  "use strict";
  const { src, dataset } = document.currentScript;
  const root = new URL("../", src).pathname;
  if (root === "/") return;
  for (const name of ["href", "data-search", "data-sheet", "data-preview"]) {
    for (const part of document.querySelectorAll(`[${name}^="/"]`)) part.setAttribute(name, root + part.getAttribute(name).slice(1));
  }
  document.head.append(Object.assign(document.createElement("script"), { src: root + dataset.site, onload: () => dispatchEvent(new Event("DOMContentLoaded")) }));
})();
