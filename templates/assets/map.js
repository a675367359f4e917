// Maps that answer.
(() => {
  "use strict";
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

  document.querySelectorAll("[data-map]").forEach(bindMap);
})();
