// Brings the open page from what the server said before (`was`) to what it says now (`now`).
// What scripts and readers have done to the page since then (`live`) stays: only what differs
// between the two answers of the server is touched, so focus, scroll and open details are kept.

export function patchBody(was, now) {
  patch(document.body, was.body, now.body);
}

export function patchHead(was, now) {
  if (was.title !== now.title) document.title = now.title;
  const isData = (node) => node.matches("meta, link:not([rel~=stylesheet]), script[type$=json]");
  const old = [...was.head.children].filter(isData);
  const next = [...now.head.children].filter(isData);
  for (const node of without(old, next)) {
    const live = [...document.head.children].find((child) => child.isEqualNode(node));
    if (live) live.remove();
  }
  for (const node of without(next, old)) document.head.append(document.importNode(node, true));
  for (const name of ["lang", "dir"]) {
    const value = now.documentElement.getAttribute(name);
    if (value !== null) document.documentElement.setAttribute(name, value);
  }
}

// Only scripts that run count; data in a script element is patched like any other.
export function sameScripts(was, now) {
  const scripts = (page) =>
    [...page.querySelectorAll("script:not([type$=json])")]
      .filter((node) => !isOurs(node))
      .map((node) => resolved(node, "src") || node.textContent);
  return JSON.stringify(scripts(was)) === JSON.stringify(scripts(now));
}

export function isOurs(node) {
  return node.nodeType === 1 && node.matches("script[src^='/__nexusgen__/']");
}

export function resolved(node, attribute) {
  const value = node.getAttribute(attribute);
  return value === null ? "" : new URL(value, location.href).href;
}

function without(nodes, others) {
  return nodes.filter((node) => !others.some((other) => other.isEqualNode(node)));
}

function patch(live, was, now) {
  if (was.isEqualNode(now)) return;
  if (live.nodeType !== Node.ELEMENT_NODE) {
    live.data = now.data;
    return;
  }
  patchAttributes(live, was, now);
  patchChildren(live, was, now);
}

function patchAttributes(live, was, now) {
  for (const { name } of was.attributes) {
    if (!now.hasAttribute(name)) live.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) {
    if (was.getAttribute(name) !== value) live.setAttribute(name, value);
  }
}

function patchChildren(live, was, now) {
  const said = [...was.childNodes].filter((node) => !isOurs(node));
  const says = [...now.childNodes].filter((node) => !isOurs(node));
  const lives = inOrder(said, [...live.childNodes].filter((node) => !isOurs(node)));
  const kept = matched(said, says);
  const moved = said.some((old) => !lives.has(old) && !isKeptAsIs(old, kept));
  if (moved) {
    // A script has put these elements elsewhere: nothing tells where the new ones belong.
    const ours = [...live.childNodes].filter(isOurs);
    live.replaceChildren(...says.map((node) => document.importNode(node, true)), ...ours);
    return;
  }
  const staying = new Set(kept.values());
  for (const old of said) if (!staying.has(old)) lives.get(old).remove();
  let last = null;
  for (const node of says) {
    const old = kept.get(node);
    const there = old && lives.get(old);
    if (there) patch(there, old, node);
    if (there) last = there;
    else if (!old) last = insertAfter(live, last, document.importNode(node, true));
  }
}

function isKeptAsIs(old, kept) {
  return [...kept].some(([node, other]) => other === old && node.isEqualNode(old));
}

function insertAfter(parent, sibling, node) {
  return parent.insertBefore(node, sibling ? sibling.nextSibling : parent.firstChild);
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;
}

// Pairs each node with the next one like it on the other side, never crossing.
function inOrder(nodes, others) {
  const pairs = new Map();
  let at = 0;
  for (const node of nodes) {
    const found = others.findIndex((other, index) => index >= at && alike(node, other));
    if (found < 0) continue;
    pairs.set(node, others[found]);
    at = found + 1;
  }
  return pairs;
}

// Pairs what the server says with what it said: what is equal first, then what is alike between.
function matched(said, says) {
  const pairs = new Map();
  let start = 0;
  while (start < Math.min(said.length, says.length) && said[start].isEqualNode(says[start])) {
    pairs.set(says[start], said[start]);
    start += 1;
  }
  let [a, b] = [said.length, says.length];
  while (a > start && b > start && said[a - 1].isEqualNode(says[b - 1])) {
    pairs.set(says[--b], said[--a]);
  }
  pairMiddle(pairs, said.slice(start, a), says.slice(start, b));
  return pairs;
}

function pairMiddle(pairs, said, says) {
  let at = 0;
  let from = 0;
  says.forEach((node, index) => {
    const equal = said.findIndex((old, place) => place >= at && old.isEqualNode(node));
    const isText = node.nodeType === Node.TEXT_NODE && !node.data.trim();
    if (equal < 0 || isText) return;
    pairAlike(pairs, said.slice(at, equal), says.slice(from, index));
    pairs.set(node, said[equal]);
    at = equal + 1;
    from = index + 1;
  });
  pairAlike(pairs, said.slice(at), says.slice(from));
}

function pairAlike(pairs, said, says) {
  for (const [node, old] of inOrder(says, said)) pairs.set(node, old);
}
