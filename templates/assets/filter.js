// A field above many titles leaves those that hold every word of it.
(() => {
  "use strict";
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const bind = (list) => {
    const field = list.querySelector("[data-filter]");
    if (!field) return;
    const rows = [...list.querySelectorAll("li")].map((row) => [row, fold(row.textContent)]);
    const count = field.parentElement.querySelector("output");
    const filter = () => {
      const words = fold(field.value).split(/\s+/).filter(Boolean);
      let left = 0;
      for (const [row, text] of rows) left += !(row.hidden = !words.every((word) => text.includes(word)));
      for (const part of list.querySelectorAll("section")) part.hidden = !part.querySelector("li:not([hidden])");
      count.value = words.length ? count.dataset.of.replace("{0}", left).replace("{1}", rows.length) : "";
    };
    field.addEventListener("input", filter);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = "";
      filter();
    });
    field.parentElement.hidden = false;
    filter();
  };

  document.querySelectorAll("[data-titles]").forEach(bind);
})();
