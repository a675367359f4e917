// A graph that answers.
(() => {
  "use strict";
  // What is not next to the node under the pointer or the focus steps back.
  const bindGraph = (graph) => {
    const nodes = [...graph.querySelectorAll("a")];
    const edges = [...graph.querySelectorAll("path[data-start]")];
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
    for (const type of ["pointerover", "focusin"]) graph.addEventListener(type, mark);
    for (const type of ["pointerleave", "focusout"]) graph.addEventListener(type, () => graph.querySelectorAll("[data-dim]").forEach((part) => part.removeAttribute("data-dim")));
  };

  document.querySelectorAll("[data-graph]").forEach(bindGraph);
})();
