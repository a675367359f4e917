"""The preview's web application: requests come in, answers from the newest build go out."""

import asyncio
import re
from collections.abc import Callable
from html import escape

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexusgen.core.model import Build, Output
from nexusgen.core.problems import Problem
from nexusgen.incremental.digests import digest_bytes
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.pages.theme import RenderError
from nexusgen.preview import livereload
from nexusgen.preview.access import SECURITY_HEADERS, Ask, is_token, refusal
from nexusgen.preview.responses import Found, Pages, Shown, content_type, find, url_of

PATIENCE = 2.0
"""Seconds to wait for a newer build where a source changed before its page was rendered."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SVG = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


class Desk(msgspec.Struct):
    """What requests are answered from; `shown` is replaced whole by each newer build.

    `fault` is told of a page that cannot be rendered, `again` that a new build is needed because
    a source or the store is not what it was when this one was made.
    `hub` is None where pages do not reload.
    """

    shown: Shown
    token: str
    fault: Callable[[Output, Problem], None]
    hub: livereload.Hub | None = None
    hosts: frozenset[str] = frozenset()
    again: Callable[[], None] = lambda: None
    pages: Pages = msgspec.field(default_factory=Pages)


def web_app(desk: Desk) -> ASGIApp:
    """Return the application: one gate before every route, and its headers on every answer."""

    async def page(request: Request) -> Response:
        return await _page(desk, request)

    async def events(request: Request) -> Response:
        return _events(desk, request)

    prefix = livereload.PREFIX
    routes = [
        Route(f"{prefix}events", events),
        Route(prefix + "{name}", _script),
        Route("/{path:path}", page),
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    return gated(app, desk)


def gated(app: ASGIApp, desk: Desk) -> ASGIApp:
    """Return an application that refuses before `app` is asked, and marks every answer."""

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _marked(message.get("headers", ()))
            await send(message)

        if scope["type"] != "http":
            return
        refused = refusal(_ask(scope), desk.hosts)
        if refused is None:
            await app(scope, receive, marked)
            return
        headers = {"Allow": "GET, HEAD"} if refused.status == 405 else None
        answer = PlainTextResponse(refused.message + "\n", refused.status, headers)
        await answer(scope, receive, marked)

    return gate


def _ask(scope: Scope) -> Ask:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Ask(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        host=headers.get("host", ""),
        origin=headers.get("origin"),
        site=headers.get("sec-fetch-site", ""),
        mode=headers.get("sec-fetch-mode", ""),
        dest=headers.get("sec-fetch-dest", ""),
    )


def _marked(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    pairs = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
    return [*headers, *(pair for pair in pairs if pair[0] not in present)]


async def _script(request: Request) -> Response:
    data = livereload.script(request.path_params["name"])
    if data is None:
        return PlainTextResponse("not found\n", 404)
    return _conditional(request, data, "text/javascript; charset=utf-8")


def _events(desk: Desk, request: Request) -> Response:
    if desk.hub is None:
        return PlainTextResponse("this preview does not reload pages\n", 404)
    if not is_token(request.query_params.get("token", ""), desk.token):
        return PlainTextResponse("the token is not that of this run\n", 403)
    headers = {"Cache-Control": "no-store"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    return StreamingResponse(desk.hub.stream(), 200, headers, "text/event-stream")


async def _page(desk: Desk, request: Request) -> Response:
    for _ in range(3):
        shown = desk.shown
        found = find(shown, request.scope["path"])
        if found.location:
            return RedirectResponse(found.location, found.status)
        try:
            return await _answer(desk, shown, found, request)
        except (SourceChangedError, StoreBrokenError):
            if shown.newest is None or found.output is None:
                desk.again()
                await _newer(desk, shown)
                continue
        data = await run_in_threadpool(_instead, desk, shown.newest, found.output.path)
        return _of(desk, shown, request, (found.status, found.output.path, data))
    return PlainTextResponse("the sources keep changing; try again\n", 503, {"Retry-After": "1"})


def _instead(desk: Desk, newest: Build, path: str) -> bytes:
    """Return a file of the last good build that can no longer be made: as it was, or as it is."""
    data = desk.pages.last_good(path)
    if data is not None:
        return data
    output = newest.outputs.get(path)
    try:
        return output.render() if output else b""
    except (SourceChangedError, StoreBrokenError, RenderError):
        return b""


async def _newer(desk: Desk, shown: Shown) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if desk.shown is not shown:
            return
        await asyncio.sleep(0.02)


async def _answer(desk: Desk, shown: Shown, found: Found, request: Request) -> Response:
    output = found.output
    if output is None:
        return _html(desk, shown, request, (404, "404.html", b"<!doctype html><p>Not found</p>"))
    data = desk.pages.get(output)
    if data is None:
        try:
            data = await run_in_threadpool(desk.pages.render, output)
        except RenderError as error:
            return _faulty(desk, output, error.problem, request)
    return _of(desk, shown, request, (found.status, output.path, data))


def _of(desk: Desk, shown: Shown, request: Request, file: tuple[int, str, bytes]) -> Response:
    """Answer with a file of the site: its status, path and bytes."""
    status, path, data = file
    kind = content_type(path)
    if kind.startswith("text/html"):
        return _html(desk, shown, request, (status, url_of(path), data))
    extra = _SVG if path.endswith(".svg") else {}
    return _ranged(_conditional(request, data, kind, status, extra), request)


def _faulty(desk: Desk, output: Output, problem: Problem, request: Request) -> Response:
    """Answer for a page whose template fails: as it last was, or with what is wrong."""
    desk.fault(output, problem)
    data = desk.pages.last_good(output.path)
    status = 200 if data is not None else 500
    if data is None:
        place = f"{problem.path}:{problem.line}"
        text = escape(f"{place}: {problem.message}")
        data = f"<!doctype html><title>This page failed</title><p>{text}</p>".encode()
    return _html(desk, desk.shown, request, (status, url_of(output.path), data))


def _html(desk: Desk, shown: Shown, request: Request, page: tuple[int, str, bytes]) -> Response:
    status, url, data = page
    if desk.hub is not None:
        data = livereload.with_script(data, shown, desk.token, url)
    return _conditional(request, data, "text/html; charset=utf-8", status)


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
    data = bytes(response.body)
    span = _span(asked[1], asked[2], len(data))
    if span is None:
        return response
    start, end = span
    headers = {k: v for k, v in response.headers.items() if k != "content-length"}
    if start >= end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["content-range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(data[start:end], 206, headers)


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return start and end of a range, empty where it lies beyond; None where it is no range."""
    if not first:
        return (max(size - int(last), 0), size if int(last) else 0) if last else None
    if last and int(last) < int(first):
        return None
    return min(int(first), size), min(int(last) + 1, size) if last else size
