// Shows the problems of the newest sources over the page, which stays the last good one, and why
// readers get no such page.
// Everything is set as text: a file name or a line of a source is never HTML.

const STYLE = `
  :host { all: initial; }
  [role=alertdialog] {
    position: fixed; inset: auto 1rem 1rem; z-index: 2147483647; max-height: 70vh; overflow: auto;
    margin: 0 auto; max-width: 60rem; box-sizing: border-box; padding: 1rem 1.25rem;
    background: #1d1f24; color: #f2f2f0; border: 1px solid #6b6f78; border-top: 4px solid #ff8f80;
    font: 15px/1.5 system-ui, sans-serif; box-shadow: 0 .5rem 2rem #0008;
  }
  h2 { margin: 0 2rem .75rem 0; font-size: 1.1em; }
  article + article { margin-top: 1rem; border-top: 1px solid #4a4e57; padding-top: 1rem; }
  a { color: #a8c7ff; } p { margin: .25rem 0; }
  pre { margin: .5rem 0; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; }
  button {
    position: absolute; top: .75rem; right: .75rem; min-width: 28px; min-height: 28px;
    background: none; color: inherit; border: 1px solid #6b6f78; font: inherit; cursor: pointer;
  }
  [role=note] {
    position: fixed; inset: auto auto .75rem .75rem; z-index: 2147483646; padding: .25rem .75rem;
    background: #1d1f24; color: #f2f2f0; border: 1px solid #6b6f78;
    font: 14px/1.5 system-ui, sans-serif;
  }
  :focus-visible { outline: 2px solid #a8c7ff; outline-offset: 2px; }
`;

let host = null;
let mark = null;
let dismissed = "";

export function showMark(text) {
  if (mark) mark.remove();
  mark = text ? shown("nexusgen-mark", element("p", text)) : null;
  if (mark) mark.shadowRoot.firstChild.setAttribute("role", "note");
}

export function showProblems(problems, failure) {
  const told = JSON.stringify([problems, failure]);
  if (!problems.length && !failure) dismissed = "";
  remove();
  if ((!problems.length && !failure) || told === dismissed) return;
  host = shown("nexusgen-problems", dialog(problems, failure, () => {
    dismissed = told;
    remove();
  }));
}

function shown(name, content) {
  const host = element(name);
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(content);
  document.documentElement.append(host);
  return host;
}

function remove() {
  if (host) host.remove();
  host = null;
}

function dialog(problems, failure, close) {
  const box = element("div");
  box.setAttribute("role", "alertdialog");
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const title = element("h2", failure && !problems.length ? "The site was not built" : count);
  title.id = "title";
  box.setAttribute("aria-labelledby", "title");
  const button = element("button", "×");
  button.setAttribute("aria-label", "Close");
  button.addEventListener("click", close);
  document.addEventListener("keydown", function onKey(event) {
    if (!box.isConnected) document.removeEventListener("keydown", onKey);
    else if (event.key === "Escape") close();
  });
  box.append(title, button);
  if (failure) box.append(element("p", failure));
  box.append(...problems.slice(0, 20).map(article));
  if (problems.length > 20) box.append(element("p", `and ${problems.length - 20} more`));
  return box;
}

function article(problem) {
  const place = [problem.path, problem.line, problem.column].filter(Boolean).join(":");
  const link = element("a", place);
  const path = problem.file.split("/").map(encodeURIComponent).join("/");
  link.href = `vscode://file${path}:${problem.line || 1}:${problem.column || 1}`;
  const box = element("article");
  box.append(link, element("p", `${problem.message} [${problem.code}]`));
  if (problem.frame) box.append(element("pre", problem.frame));
  else if (problem.hint) box.append(element("p", problem.hint));
  return box;
}

function element(name, text = "") {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
