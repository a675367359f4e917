// Keeps the open page equal to what the server would answer now.

import { isOurs, patchBody, patchHead, resolved, sameScripts } from "./patch.js";
import { showMark, showProblems } from "./overlay.js";

const tag = [...document.scripts].findLast(isOurs);
const ENDED = "The preview has ended";
const MISSING = "404.html";
let { token, build, base, page, mark } = tag.dataset;
let said = null; // the page as the server said it last
let turn = Promise.resolve();
let leave = () => {};

start();

async function start() {
  showMark(mark);
  if (page !== MISSING && sessionStorage.getItem(location.pathname)) {
    history.scrollRestoration = "manual"; // the browser would go to where one was on the other page
    addEventListener("load", () => setTimeout(() => (history.scrollRestoration = "auto"), 1000));
  }
  if (document.readyState === "complete") readOn();
  else addEventListener("load", readOn);
  leave = listen();
  addEventListener("pagehide", () => leave());
  addEventListener("pageshow", (event) => {
    if (event.persisted) leave = listen();
  });
  inTurn(async () => {
    const answer = await fetchPage();
    if (answer) await become(answer, { first: true });
  });
}

// What comes in quick succession is done one after the other, so no two patches mix.
function inTurn(task) {
  turn = turn.then(task).catch((error) => {
    console.error("nexusgen: reloading, because the page could not be updated", error);
    location.reload();
  });
}

function listen() {
  const query = `?token=${encodeURIComponent(token)}`;
  if (!("SharedWorker" in window)) return listenAlone(query);
  const { port } = new SharedWorker(`/__nexusgen__/stream.js${query}`, { name: token });
  port.onmessage = ({ data }) => hear(data);
  return () => {
    port.postMessage("bye");
    port.close();
  };
}

// Without shared workers only the tab in sight listens: a browser opens six streams to one host.
function listenAlone(query) {
  let events = null;
  const update = () => {
    if (events) events.close();
    events = document.hidden ? null : new EventSource(`/__nexusgen__/events${query}`);
    if (!events) return;
    events.onmessage = ({ data }) => hear(data);
    events.onerror = () => hear(events.readyState === EventSource.CLOSED ? "lost" : "away");
  };
  update();
  document.addEventListener("visibilitychange", update);
  return () => {
    if (events) events.close();
    document.removeEventListener("visibilitychange", update);
  };
}

function hear(message) {
  if (message === "away") inTurn(() => showMark(ENDED));
  else inTurn(() => (message === "lost" ? findAgain() : catchUp(JSON.parse(message))));
}

async function catchUp(news) {
  if (news.base !== base) {
    const inner = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : "";
    location.replace(news.base + inner);
    return;
  }
  if (news.build !== build) {
    build = news.build;
    const { changed } = news;
    if (!changed || changed.includes(page) || changed.includes(ownUrl())) {
      const answer = await fetchPage();
      if (answer) await become(answer);
    }
    refreshFiles(changed);
  }
  showMark(mark);
  showProblems(news.problems, news.failure);
}

function ownUrl() {
  return decodeURIComponent(location.pathname.slice(base.length));
}

async function fetchPage() {
  const response = await fetch(location.href, { cache: "no-cache" });
  const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html");
  if (!isPage || response.redirected) {
    location.reload();
    return null;
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function become(answer, { first = false } = {}) {
  const script = [...answer.scripts].findLast(isOurs);
  const isSame = first && script.dataset.build === build;
  if (script.dataset.page === MISSING && page !== MISSING) {
    sessionStorage.setItem(location.pathname, scrollY);
  }
  ({ page, build, mark } = script.dataset);
  showMark(mark);
  if (!isSame) {
    // Before the first answer the page itself is all that is known of what was said.
    const before = said || document;
    if (!sameScripts(before, answer)) return location.reload();
    await swapStyles(before, answer);
    patchHead(before, answer);
    patchBody(before, answer);
    document.dispatchEvent(new CustomEvent("nexusgen:update"));
    readOn();
  }
  said = answer;
}

// A page that went and came back is shown where it was read last.
function readOn() {
  const place = sessionStorage.getItem(location.pathname);
  if (place === null || page === MISSING) return;
  sessionStorage.removeItem(location.pathname);
  scrollTo({ top: Number(place), behavior: "instant" });
}

async function swapStyles(before, answer) {
  const links = (from) => [...from.querySelectorAll("link[rel~=stylesheet]")];
  const hrefs = (from) => links(from).map((link) => resolved(link, "href"));
  const [old, next] = [hrefs(before), hrefs(answer)];
  const gone = links(document).filter((link) => !next.includes(resolved(link, "href").split("?")[0])
    && old.includes(resolved(link, "href").split("?")[0]));
  const added = links(answer).filter((link) => !old.includes(resolved(link, "href")));
  await Promise.all(added.map((link) => addStyle(document.importNode(link))));
  for (const link of gone) link.remove();
  const blocks = (from) => [...from.head.querySelectorAll("style")];
  const live = blocks(document);
  blocks(answer).forEach((style, index) => {
    const differs = !blocks(before)[index]?.isEqualNode(style);
    if (differs && live[index]) live[index].textContent = style.textContent;
    else if (differs) document.head.append(document.importNode(style, true));
  });
}

// The old style stays until the new one is there: no frame is painted without one.
function addStyle(link, after = null) {
  return new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    if (after) after.after(link);
    else document.head.append(link);
  });
}

// Files whose address stays the same: their content has changed all the same.
function refreshFiles(changed) {
  const isChanged = (url) => {
    const { origin, pathname } = new URL(url, location.href);
    if (origin !== location.origin || !pathname.startsWith(base)) return false;
    return changed.includes(decodeURIComponent(pathname.slice(base.length)));
  };
  if (!changed) return;
  for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
    if (isChanged(link.href)) renewStyle(link);
  }
  for (const image of document.images) {
    if (isChanged(image.src)) image.src = renewed(image.src);
  }
}

async function renewStyle(link) {
  const next = link.cloneNode();
  next.href = renewed(link.href);
  await addStyle(next, link);
  link.remove();
}

function renewed(address) {
  const url = new URL(address, location.href);
  url.search = `?v=${build}`;
  return url.href;
}

// The server went away or was started anew, which gives it another token: ask for this page until
// it answers, and go on from there. A page that is still the same is left alone.
async function findAgain() {
  leave();
  for (;;) {
    await new Promise((done) => setTimeout(done, document.hidden ? 3000 : 500));
    const answer = await fetchPage().catch(() => null);
    if (!answer) continue;
    const script = [...answer.scripts].findLast(isOurs);
    if (!script) return;
    ({ token, mark } = script.dataset);
    if (script.dataset.build !== build) await become(answer);
    showMark(mark);
    leave = listen();
    return;
  }
}
