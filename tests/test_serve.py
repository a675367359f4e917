"""The preview over raw sockets: what it answers, to whom, and that nothing leaks."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from nexusgen.preview.access import SECURITY_HEADERS
from nexusgen.preview.livereload import PREFIX
from tests.conftest import ROOT
from tests.previewing import PATIENCE, served, until

CANARY = b"canary-3f9c"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "FOO"]


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    """Return a served hub, with canaries wherever a server might be talked into reading."""
    root = tmp_path_factory.mktemp("preview") / "hub"
    content = root / "content"
    for folder in (content / "notes", content / ".git", root / ".nexusgen", root / "output"):
        folder.mkdir(parents=True)
    outside = root.parent / "output2"
    outside.mkdir()
    for path in (
        outside / "x", root.parent / "secret.txt", root / ".env", content / ".env",
        content / ".git" / "config", root / ".nexusgen" / "kept", root / "output" / "stale.html",
        root / "pyproject.toml",
    ):  # fmt: skip
        path.write_bytes(CANARY)
    (content / "linked.txt").symlink_to(root.parent / "secret.txt")
    (content / "linked").symlink_to(outside)
    (content / "page.html.gz").symlink_to(root.parent / "secret.txt")
    os.mkfifo(content / "pipe.txt")
    static = "static: [data.txt, picture.svg, linked.txt, linked, page.html.gz, pipe.txt]\n"
    settings = f"title: Hub\nbase_url: https://example.org/hub/\n{static}"
    (content / "site.yml").write_text(settings)
    (content / "index.md").write_text("# Home\n\nWelcome.\n")
    (content / "notes" / "one.md").write_text("# One\n\nFirst words.\n")
    (content / "data.txt").write_bytes(b"0123456789")
    (content / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    with served(root, hosts=("hub.test",)) as site:
        yield site


def test_a_page_is_served_under_the_base_path_with_its_script(preview):
    status, headers, body = preview.ask("/hub/notes/one/")

    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert int(headers["content-length"]) == len(body)
    assert b"First words." in body
    assert body.count(b"livereload.js") == 1


def test_the_terminal_tells_of_warnings_that_are_new_and_of_how_many_there_are(site):
    site.write("a.md", "# A\n\n[x](old.md)\n")
    with served(site.root) as preview:
        assert "1 warning. Run nexusgen check for details.\n" in preview.said
        site.write("a.md", "# A\n\nLine.\n\n[x](old.md) [y](new.md)\n")
        until(lambda: "new.md" in "".join(preview.said))

        assert '"old.md"' not in "".join(preview.said)


def test_a_page_says_in_the_preview_alone_why_readers_get_none(site):
    site.settings().note("notes/a.md", draft="true").note("notes/b.md", date="9999-01-02")
    site.note("notes/c.md")
    with served(site.root, drafts=True, future=True) as preview:
        pages = {name: preview.page(f"notes/{name}/") for name in "abc"}
        assert 'data-mark="Draft: not published"' in pages["a"]
        assert 'data-mark="Not published before 9999-01-02"' in pages["b"]
        assert 'data-mark=""' in pages["c"]

        before = preview.state.shown
        site.note("notes/a.md")
        until(lambda: preview.state.shown is not before)
        assert preview.state.shown.changed == ("notes/a/",)
        assert 'data-mark=""' in preview.page("notes/a/")


def test_the_root_leads_to_the_base_path_and_a_folder_to_its_slash(preview):
    assert preview.ask("/")[1]["location"] == "/hub/"
    assert preview.ask("/hub")[1]["location"] == "/hub/"
    status, headers, _ = preview.ask("/hub/notes/one")
    assert (status, headers["location"]) == (301, "/hub/notes/one/")


def test_a_base_path_may_hold_letters_of_any_script(site):
    site.settings("base_url: https://example.org/ä%20b/").note("é/one.md")
    with served(site.root) as preview:
        assert preview.ask("/")[1]["location"] == "/%C3%A4%20b/"
        assert preview.ask("/%C3%A4%20b/%C3%A9/one/")[0] == 200
        assert preview.ask("/%C3%A4%20b/%C3%A9/one")[1]["location"] == "/%C3%A4%20b/%C3%A9/one/"


def test_what_is_missing_is_the_hubs_own_404_page(preview):
    status, _, body = preview.ask("/hub/no/such/page/")

    assert status == 404
    assert b"livereload.js" in body
    assert b'data-page="404.html"' in body


ESCAPES = [
    "/../../secret.txt", "/../secret.txt", "/hub/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt",
    "/hub/%2e%2e/%2e%2e/secret.txt", "/hub/..%2f..%2fsecret.txt", "/hub/%252e%252e%252fsecret.txt",
    "/hub/..%5c..%5csecret.txt", "/hub/..\\..\\secret.txt", "/hub/....//....//secret.txt",
    "//secret.txt", "//etc/passwd", "///etc/passwd", "/hub//etc/passwd", "/etc/passwd", "/secret.txt",
    "/hub/.env", "/.env", "/hub/%2eenv", "/hub/./.env", "/hub/.git/config", "/.git/config",
    "/hub/content/.git/config", "/hub/.nexusgen/kept", "/.nexusgen/kept", "/hub/.env/", "/hub/.env%5c",
    "/hub/.env?raw", "/hub/.env?import&raw??", "/hub/.env?.svg?.wasm?init", "/hub/.env%00.html",
    "/hub/linked.txt", "/hub/linked/x", "/hub/page.html.gz", "/hub/pipe.txt", "/output2/x",
    "/hub/../output2/x", "/hub2/x", "/hub/stale.html", "/output/stale.html", "/hub/output/stale.html",
    "/pyproject.toml", "/hub/pyproject.toml", "/hub/site.yml", "/hub/CON", "/hub/data.txt::$DATA",
    "/hub/DATA.TXT", "/hub/ENV~1", "/hub/D:\\x", "/@fs/etc/passwd", "/hub/@fs/etc/passwd",
    "http://x/../secret.txt", "http://127.0.0.1/hub/", "https:/secret.txt", "file:///etc/passwd", "*",
    "/hub/#/../secret.txt", "/hub/a%0d%0aX-Injected:%20yes", "/hub/%c0%ae%c0%ae/secret.txt",
    "/hub/%ff", "/hub/" + "a/" * 4000, "/hub/" + "%2e" * 3000, "/hub/;/../secret.txt", "hub/", "?x",
]  # fmt: skip


@pytest.mark.parametrize("target", ESCAPES, ids=lambda target: target[:40])
def test_no_request_reads_a_file(preview, target):
    for method in METHODS:
        status, headers, body = preview.ask(target, method)

        assert status in ((400, 404, 405, 431) if method in ("GET", "HEAD") else (400, 405, 431))
        assert CANARY not in body
        assert b"root:" not in body
        assert "x-injected" not in headers
        assert "location" not in headers


@pytest.mark.parametrize(
    "route", ["/", "/hub/", "/hub/data.txt", "/nope", PREFIX + "livereload.js"]
)
@pytest.mark.parametrize("method", METHODS[2:])
def test_only_reading_is_answered(preview, route, method):
    status, headers, body = preview.ask(route, method)

    assert status == 405
    assert headers["allow"] == "GET, HEAD"
    assert CANARY not in body


ROUTES = [
    "/", "/hub/", "/hub/notes/one/", "/hub/data.txt", "/hub/none", "/hub/.env",
    PREFIX + "events?token={token}", PREFIX + "livereload.js", PREFIX + "none", "/hub/feed.xml",
]  # fmt: skip
HOSTS = {
    "127.0.0.1:{port}": True, "localhost:{port}": True, "LOCALHOST:{port}": True,
    "localhost.:{port}": True, "[::1]:{port}": True, "hub.test:{port}": True, "localhost": True,
    "evil.example": False, "evil.example:{port}": False, "127.0.0.1.nip.io:{port}": False,
    "localhost.evil.example": False, "0.0.0.0:{port}": False, "127.1:{port}": False,
    "hub.test.evil.example": False, "localhost:{port}@evil.example": False, "": False,
}  # fmt: skip
ORIGINS = {
    None: True, "http://{host}": True, "null": False, "http://evil.example": False,
    "http://127.0.0.1:1": False, "https://127.0.0.1:1": False, "http://93.184.216.34": False,
    "http://{host}.evil.example": False, "": False, "file://": False,
}  # fmt: skip


def stream_head(preview, target, headers):
    """Return what a stream answers at first: it would never end by itself."""
    with closing(socket.create_connection(("127.0.0.1", preview.port), 5)) as connection:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"GET {target} HTTP/1.1\r\n{head}\r\n".encode())
        data = connection.recv(65536)
    top = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return int(top[0].split()[1]), {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in top[1:])
    }


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_has_the_same_gate(preview, route):
    """Host x Origin x route: a request passes if both are ours, whatever it asks for."""
    target = route.format(token=preview.token)
    for host_form, is_host in HOSTS.items():
        host = host_form.format(port=preview.port)
        for origin_form, is_origin in ORIGINS.items():
            headers = {"Host": host, "Connection": "close"}
            if origin_form is not None:
                headers["Origin"] = origin_form.format(host=host)
            status, answered = stream_head(preview, target, headers)

            assert (status != 403) == (is_host and is_origin), (host, origin_form, route)
            assert not any(name.startswith("access-control") for name in answered)
            for name, value in SECURITY_HEADERS.items():
                assert answered[name.lower()] == value


def test_forwarded_headers_are_ignored(preview):
    for name in ("X-Forwarded-Host", "X-Forwarded-For", "Forwarded", "X-Forwarded-Proto"):
        status, _, _ = preview.ask("/hub/", headers={"Host": "evil.example", name: "localhost"})
        assert status == 403


@pytest.mark.parametrize("token", ["", "x", "{token}x", "{token}%00", "%C3%A9"])
def test_the_stream_needs_the_token_of_this_run(preview, token):
    target = f"{PREFIX}events?token={token.format(token=preview.token)}"

    assert preview.ask(target)[0] == 403
    assert preview.ask(f"{PREFIX}events")[0] == 403


def test_no_secret_is_in_what_another_page_could_load_as_a_script(preview):
    for name in ("livereload.js", "patch.js", "overlay.js", "stream.js"):
        status, headers, body = preview.ask(PREFIX + name)

        assert status == 200
        assert preview.token.encode() not in body
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_tells_of_foreign_pages_is_heard(preview, site):
    for mode, dest in (("no-cors", "script"), ("no-cors", "image"), ("navigate", "iframe")):
        fetch = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert preview.ask("/hub/", headers=fetch)[0] == 403


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=5-100", 206, b"56789"),
        ("bytes=10-", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=9-1", 200, b"0123456789"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("bytes=" + ",".join(["0-1"] * 1000), 200, b"0123456789"),
        ("bytes=" + "9" * 5000 + "-", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
    ],
)
def test_a_range_is_cut_right_or_not_at_all(preview, asked, status, body):
    answer = preview.ask("/hub/data.txt", headers={"Range": asked})

    assert (answer[0], answer[2]) == (status, body)
    assert int(answer[1]["content-length"]) == len(body)


@pytest.mark.parametrize("path", ["", "notes/one/", "data.txt", "none"])
def test_head_is_get_without_the_body(preview, path):
    got = preview.ask(f"/hub/{path}")
    head = preview.ask(f"/hub/{path}", "HEAD")

    assert head[2] == b""
    assert head[0] == got[0]
    assert head[1]["content-length"] == str(len(got[2]))


def test_what_the_browser_has_already_is_not_sent_again(preview):
    etag = preview.ask("/hub/notes/one/")[1]["etag"]

    status, _, body = preview.ask("/hub/notes/one/", headers={"If-None-Match": etag})

    assert (status, body) == (304, b"")


def test_a_drawing_cannot_run_scripts(preview):
    assert "default-src 'none'" in preview.ask("/hub/picture.svg")[1]["content-security-policy"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /hub/ HTTP/1.1\r\n\r\n", 400),
        (b"GET /hub/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /hub/ HTTP/x\r\nHost: localhost\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000, 431),
        (b"GET /hub/ HTTP/1.0\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    ],
)
def test_what_is_no_http_is_refused_and_the_server_stays_up(preview, data, status):
    answer = preview.raw(data)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"nosniff" in answer
    assert preview.ask("/hub/")[0] == 200


def test_a_client_that_never_finishes_its_head_is_hung_up_on(preview, monkeypatch):
    monkeypatch.setattr("nexusgen.preview.server.HEADER_TIMEOUT", 0.3)

    assert preview.raw(b"GET /hub/ HTTP/1.1\r\nHost: loc") == b""


def test_the_limit_holds_for_every_head_of_a_connection(preview, monkeypatch):
    monkeypatch.setattr("nexusgen.preview.server.HEADER_TIMEOUT", 0.3)
    good = f"HEAD /hub/ HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode()
    with closing(socket.create_connection(("127.0.0.1", preview.port), 5)) as connection:
        connection.sendall(good)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")

        connection.sendall(b"GET /hub/ HTTP/1.1\r\nHost: loc")

        assert connection.recv(65536) == b""


def test_two_hundred_streams_hear_of_the_newest_of_a_hundred_builds(site):
    site.settings().note("notes/one.md", "Words.")
    with served(site.root) as preview:
        until(lambda: preview.watcher.is_watching)
        before = usage()
        heard = [Listener(preview) for _ in range(200)]
        until(lambda: all(listener.builds for listener in heard))
        published = {}
        publish = preview.state.broadcaster.publish
        preview.state.broadcaster.publish = lambda message: (
            published.setdefault(id_in(message.next), time.monotonic()),
            publish(message),
        )
        for number in range(100):
            old = preview.state.shown.id
            site.write("aside.md", f"Words {number}.")
            (site.root / "aside.md").replace(site.root / "content" / "notes" / "one.md")
            until(lambda old=old: preview.state.shown.id != old, 0.001)
        newest = preview.state.shown.id
        until(lambda: all(one.builds[-1][0] == newest for one in heard))
        delays = [when - published[build] for one in heard for build, when in one.builds[1:]]
        for listener in heard:
            listener.close()
        until(lambda: usage()[:2] <= (before[0] + 2, before[1] + 2))
        after = usage()

    slowest = sorted(delays)[int(len(delays) * 0.99)]
    # A busy machine tells nothing of delays: NEXUSGEN_TIMES=1 asks for them on a quiet one.
    assert slowest < 0.3 or "NEXUSGEN_TIMES" not in os.environ
    assert after[2] - before[2] < 30_000  # kilobytes


def id_in(event):
    """Return the id of the build that an event tells of."""
    return json.loads(event.removeprefix(b"data: "))["build"]


class Listener(threading.Thread):
    """A client of the event stream, which notes the builds it hears of and when."""

    def __init__(self, preview):
        super().__init__(daemon=True)
        self.builds = []
        target = f"{PREFIX}events?token={preview.token}"
        self.socket = socket.create_connection(("127.0.0.1", preview.port))
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.start()

    def run(self):
        with self.socket.makefile("rb") as lines:
            try:
                for line in lines:
                    if line.startswith(b"data: "):
                        self.builds.append((id_in(line), time.monotonic()))
            except OSError:
                return

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join(5)
        self.socket.close()


def usage():
    """Return threads, open files and resident kilobytes of this process."""
    status = Path("/proc/self/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    resident = int(fields["VmRSS"].split()[0])
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir())), resident


def start(root, *arguments):
    command = [sys.executable, "-m", "nexusgen", "serve", "-C", str(root), *arguments]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environ
    )


def test_ctrl_c_ends_within_a_second_though_streams_are_open(site):
    site.settings().note("notes/one.md")
    process = start(site.root, "-p", "0")
    line = process.stdout.readline()
    port = int(line.split("http://127.0.0.1:")[1].split("/")[0])
    with closing(socket.create_connection(("127.0.0.1", port))) as page:
        page.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        text = ""
        while "data-page" not in text:
            text += page.recv(100_000).decode()
    token = text.split('data-token="')[1].split('"')[0]
    streams = []
    for _ in range(5):
        stream = socket.create_connection(("127.0.0.1", port))
        target = f"{PREFIX}events?token={token}"
        stream.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert b"200 OK" in stream.recv(1000)
        streams.append(stream)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert (out, err.strip()) == ("", "")
    for stream in streams:
        stream.close()


def test_a_busy_port_that_was_asked_for_is_an_error_in_one_line(site):
    site.settings()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        process = start(site.root, "-p", str(port))
        _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 3
    assert err == f"error: port {port} is in use; --port 0 takes a free one\n"


def test_a_busy_default_port_gives_the_next_one(site, monkeypatch):
    from nexusgen.preview import server

    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        monkeypatch.setattr(server, "DEFAULT", taken.getsockname()[1])
        with closing(server.listen("127.0.0.1", None)) as listening:
            assert listening.getsockname()[1] > taken.getsockname()[1]


def test_serving_to_the_network_is_warned_of_with_the_addresses(site):
    site.settings()
    process = start(site.root, "-p", "0", "--host", "0.0.0.0")
    lines = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)

    assert "Serving http://127.0.0.1:" in lines[0]
    assert lines[1].startswith("warning: anyone in your network")
    assert "http://" in lines[1]


def test_without_livereload_pages_are_those_of_a_build(site):
    site.settings().note("notes/one.md")
    with served(site.root, livereload=False) as preview:
        served_page = preview.page("notes/one/").encode()
        stream = preview.ask(f"{PREFIX}events?token={preview.token}")[0]
    site.build()

    assert served_page == site.tree()["notes/one/index.html"]
    assert stream == 404
