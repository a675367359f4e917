"""The gate of the preview, as tables: who may ask, for what, from where."""

import pytest

from nexusgen.preview.access import host_name, is_token, refusal

NAMES = {"site": "sec-fetch-site", "mode": "sec-fetch-mode", "dest": "sec-fetch-dest"}


def status(method="GET", path="/hub/", host="127.0.0.1:8000", **headers):
    given = {NAMES.get(name, name): value for name, value in headers.items() if value is not None}
    refused = refusal(method, path, {"host": host, **given}, frozenset({"hub.test"}))
    return refused.status if refused else 200


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8000", "localhost"),
        ("localhost.", "localhost"),
        ("localhost.:8000", "localhost"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("[::1]", "::1"),
        ("", ""),
        ("localhost:", ""),
        ("localhost:x", ""),
        ("localhost:99999", ""),
        ("user@localhost", ""),
        ("localhost/../x", ""),
        ("localhost?x", ""),
        ("localhost#x", ""),
        ("a b", ""),
        ("[::1", ""),
        ("[::x]", ""),
        ("locälhost", ""),
        ("<script>", ""),
    ],
)
def test_a_host_header_names_one_host_or_none(header, name):
    assert host_name(header) == name


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_passes(method):
    assert status(method=method) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"])
def test_any_other_method_is_405(method):
    assert status(method=method) == 405


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8000", 200),
        ("LocalHost", 200),
        ("localhost.", 200),
        ("[::1]:8000", 200),
        ("hub.test:8000", 200),
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.nip.io", 403),
        ("127.1", 403),
        ("0.0.0.0", 403),
        ("2130706433", 403),
        ("", 403),
    ],
)
def test_only_listed_hosts_pass(host, expected):
    assert status(host=host) == expected


def test_a_refused_host_names_the_option_that_allows_it():
    refused = refusal("GET", "/", {"host": "evil.example:80"}, frozenset())

    assert refused is not None
    assert "--allow-host evil.example" in refused.message


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, 200),
        ("http://127.0.0.1:8000", 200),
        ("https://127.0.0.1:8000", 200),
        ("HTTP://127.0.0.1:8000", 200),
        ("null", 403),
        ("", 403),
        ("http://127.0.0.1", 403),
        ("http://127.0.0.1:8001", 403),
        ("http://localhost:8000", 403),
        ("http://evil.example", 403),
        ("http://127.0.0.1:8000.evil.example", 403),
        ("http://93.184.216.34", 403),
        ("file://", 403),
    ],
)
def test_only_our_own_origin_passes(origin, expected):
    assert status(origin=origin) == expected


def test_an_origin_that_equals_a_foreign_host_is_refused():
    assert status(host="evil.example", origin="http://evil.example") == 403


@pytest.mark.parametrize(
    ("site", "mode", "dest", "expected"),
    [
        ("", "", "", 200),
        ("none", "navigate", "document", 200),
        ("same-origin", "no-cors", "script", 200),
        ("cross-site", "navigate", "document", 200),
        ("cross-site", "no-cors", "script", 403),
        ("same-site", "no-cors", "image", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "cors", "empty", 403),
    ],
)
def test_what_the_browser_says_of_a_foreign_page_counts(site, mode, dest, expected):
    assert status(site=site, mode=mode, dest=dest) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", 200),
        ("/hub/a/", 200),
        ("/%C3%A9t%C3%A9/", 200),
        ("/a%20b/", 200),
        ("/.well-known/a", 200),
        ("/.well-known/.env", 404),
        ("/../../etc/passwd", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/..%2f..%2fetc/passwd", 404),
        ("/..%5c..%5cwindows/win.ini", 404),
        ("/..\\..\\windows\\win.ini", 404),
        ("/./.git/config", 404),
        ("/hub/.env", 404),
        ("/hub/%2eenv", 404),
        ("/hub/.nexusgen/cache.db", 404),
        ("/%00", 400),
        ("/a%0d%0aSet-Cookie:x", 400),
        ("/a%7f", 400),
        ("/a#b", 400),
        ("http://x/../etc/passwd", 400),
        ("*", 400),
        ("", 400),
        ("/%ff%fe", 400),
        ("/%ed%a0%80", 400),
        ("/\xe9", 400),
    ],
)
def test_a_path_is_decoded_once_and_never_names_a_dot_file(path, expected):
    assert status(path=path) == expected


@pytest.mark.parametrize("given", ["", "wrong", "tokenx", "toke", "token\n", "é"])
def test_a_token_is_right_or_wrong(given):
    assert is_token("token", "token")
    assert not is_token(given, "token")
