// The page for wrong addresses leads to the address in small letters where a page is there, as other programs have capitals in theirs.
// It is shown at any depth, also of a site that lies in a folder and was not told where:
// of its copies that a page asks for in the folders above, one is there, and leads all links from where it lies.
(() => {
  "use strict";
  const { src, dataset } = document.currentScript;
  const root = new URL("../", src).pathname;
  const { pathname, search, hash } = location;
  const small = root + pathname.slice(root.length).toLowerCase();
  if (small !== pathname) fetch(small, { method: "HEAD" }).then((found) => found.ok && location.replace(small + search + hash));
  // Search is asked for the words of the address.
  const near = document.getElementById("Near");
  if (near) near.dataset.searchPage = `q=${pathname.slice(root.length).replace(/(index)?\.html?$|[&/_.-]/g, " ")}`;
  if (!dataset.site || root === "/") return;
  for (const name of ["href", "data-search", "data-sheet", "data-preview"]) {
    for (const part of document.querySelectorAll(`[${name}^="/"]`)) part.setAttribute(name, root + part.getAttribute(name).slice(1));
  }
  document.head.append(Object.assign(document.createElement("script"), { src: root + dataset.site, onload: () => dispatchEvent(new Event("DOMContentLoaded")) }));
})();
