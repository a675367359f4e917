"""Answer requests from the newest build, as GitHub Pages would: never from a file of a disk."""

import asyncio
import mimetypes
import re
from html import escape
from urllib.parse import quote, unquote

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexusgen.core.builds import Build, Output
from nexusgen.core.problems import Problem
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.pages.theme import RenderError
from nexusgen.preview import livereload
from nexusgen.preview.access import SECURITY_HEADERS, is_token, refusal
from nexusgen.preview.state import PreviewState, Shown, url_of

BUILD_TIMEOUT = 2.0
"""Seconds to wait for a newer build where a source changed before its page was rendered."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SVG = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
_TYPES = mimetypes.MimeTypes()  # the library's own table, not the machine's
_OWN_TYPES = {
    ".avif": "image/avif",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yml": "application/yaml",
}
_TEXTUAL = ("text/", "application/json", "application/xml", "application/manifest+json")


class Found(msgspec.Struct, frozen=True):
    """Where a request leads: an output with its status, or another address."""

    status: int
    output: Output | None = None
    location: str = ""


def web_app(state: PreviewState) -> ASGIApp:
    """Return the application: one gate before every route, and its headers on every answer."""

    async def page(request: Request) -> Response:
        return await _Answer(state, request).page()

    async def events(request: Request) -> Response:
        return _events(state, request)

    routes = [
        Route(f"{livereload.PREFIX}events", events),
        Route(livereload.PREFIX + "{name}", _script),
        Route("/{path:path}", page),
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _marked(message.get("headers", ()))
            await send(message)

        if scope["type"] != "http":
            return
        path, headers = scope["raw_path"].decode("latin-1"), Headers(scope=scope)
        refused = refusal(scope["method"], path, headers, state.options.hosts)
        answer: ASGIApp = app
        if refused is not None:
            allow = {"Allow": "GET, HEAD"} if refused.status == 405 else None
            answer = PlainTextResponse(refused.message + "\n", refused.status, allow)
        await answer(scope, receive, marked)

    return gate


def _marked(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    pairs = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
    return [*headers, *(pair for pair in pairs if pair[0] not in present)]


async def _script(request: Request) -> Response:
    data = livereload.script(request.path_params["name"])
    if data is None:
        return PlainTextResponse("not found\n", 404)
    return _conditional(request, data, "text/javascript; charset=utf-8")


def _events(state: PreviewState, request: Request) -> Response:
    if not state.options.livereload:
        return PlainTextResponse("this preview does not reload pages\n", 404)
    if not is_token(request.query_params.get("token", ""), state.token):
        return PlainTextResponse("the token is not that of this run\n", 403)
    headers = {"Cache-Control": "no-store"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    return StreamingResponse(state.broadcaster.stream(), 200, headers, "text/event-stream")


class _Answer:
    """Answers one request for a file of the site that is shown when it comes."""

    def __init__(self, state: PreviewState, request: Request) -> None:
        self._state = state
        self._request = request
        self._shown = state.shown

    async def page(self) -> Response:
        """Return the file, its new address, or word that there is none."""
        for _ in range(3):
            shown = self._shown = self._state.shown
            found = find(shown, self._request.scope["path"])
            if found.location:
                return RedirectResponse(found.location, found.status)
            if found.output is None:
                return self._html(404, "404.html", b"<!doctype html><p>Not found</p>")
            try:
                return await self._rendered(found.status, found.output)
            except (SourceChangedError, StoreBrokenError):
                path = found.output.path
            if shown.newest is not None:
                data = await run_in_threadpool(self._instead, shown.newest, path)
                return self._file(found.status, path, data)
            self._state.request_build()
            await self._newer_build()
        late = {"Retry-After": "1"}
        return PlainTextResponse("the sources keep changing; try again\n", 503, late)

    async def _rendered(self, status: int, output: Output) -> Response:
        data = self._state.rendered.get(output)
        if data is None:
            try:
                data = await run_in_threadpool(self._state.rendered.render, output)
            except RenderError as error:
                return self._faulty(output, error.problem)
        return self._file(status, output.path, data)

    def _instead(self, newest: Build, path: str) -> bytes:
        """Return a file of the last good build that can no longer be made: as it was, or as it is."""
        data = self._state.rendered.last_good(path)
        if data is not None:
            return data
        output = newest.outputs.get(path)
        try:
            return output.render() if output else b""
        except (SourceChangedError, StoreBrokenError, RenderError):
            return b""

    async def _newer_build(self) -> None:
        for _ in range(int(BUILD_TIMEOUT / 0.02)):
            if self._state.shown is not self._shown:
                return
            await asyncio.sleep(0.02)

    def _faulty(self, output: Output, problem: Problem) -> Response:
        """Answer for a page whose template fails: as it last was, or with what is wrong."""
        self._state.report_fault(output, problem)
        self._shown = self._state.shown
        data = self._state.rendered.last_good(output.path)
        if data is not None:
            return self._html(200, url_of(output.path), data)
        text = escape(f"{problem.path}:{problem.line}: {problem.message}")
        page = f"<!doctype html><title>This page failed</title><p>{text}</p>"
        return self._html(500, url_of(output.path), page.encode())

    def _file(self, status: int, path: str, data: bytes) -> Response:
        kind = content_type(path)
        if kind.startswith("text/html"):
            return self._html(status, url_of(path), data)
        extra = _SVG if path.endswith(".svg") else {}
        return _ranged(_conditional(self._request, data, kind, status, extra), self._request)

    def _html(self, status: int, url: str, data: bytes) -> Response:
        if self._state.options.livereload:
            shown, token = self._shown, self._state.token
            about = {"token": token, "build": shown.id, "base": shown.base, "page": url}
            about["mark"] = shown.marks.get(url, "")
            data = livereload.with_script(data, about)
        return _conditional(self._request, data, "text/html; charset=utf-8", status)


def _conditional(
    request: Request, data: bytes, kind: str, status: int = 200, extra: dict[str, str] | None = None
) -> Response:
    """Return the data, or word that the browser has it already."""
    etag = f'"{digest_bytes(data).hex()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Content-Type": kind, **(extra or {})}
    if status == 200 and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(data, status, headers)


def _ranged(response: Response, request: Request) -> Response:
    """Cut a response to the one range that was asked for; any other wish gets it whole."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if response.status_code != 200 or asked is None or request.method != "GET":
        return response
    data, first, last = bytes(response.body), asked[1], asked[2]
    if not (first or last) or (first and last and int(last) < int(first)):
        return response
    start = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last) + 1, len(data)) if first and last else len(data)
    if start >= end or not (first or int(last)):
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers = {k: v for k, v in response.headers.items() if k != "content-length"}
    headers["content-range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(data[start:end], 206, headers)


def find(shown: Shown, path: str) -> Found:
    """Return what a decoded path leads to, as GitHub Pages would answer it.

    A folder without its slash is redirected, and what lies outside the base goes to the base from
    `/` alone: every other address of a redirect is that of a page which exists.
    """
    outputs = shown.build.outputs
    missing = Found(404, outputs.get("404.html"))
    base = unquote(shown.base)
    if not path.startswith(base):
        at_home = path in ("/", base.removesuffix("/"))
        return Found(302, location=shown.base) if at_home else missing
    inner = path.removeprefix(base)
    if inner and not inner.endswith("/"):
        if f"{inner}/index.html" in outputs:
            return Found(301, location=f"{shown.base}{quote(inner)}/")
        found = outputs.get(inner) or outputs.get(f"{inner}.html")
    else:
        found = outputs.get(f"{inner}index.html")
    return Found(200, found) if found else missing


def content_type(path: str) -> str:
    """Return the Content-Type of an output file, by its name."""
    suffix = path[path.rfind(".") :].lower() if "." in path else ""
    kind = _OWN_TYPES.get(suffix) or _TYPES.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXTUAL) else kind
