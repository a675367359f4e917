"""Which texts hold a secret: by shape, by the name beside it, in disguise; and which do not.

Secrets are put together here, so that no scanner takes this file for a leak.
"""

import random
import string
import time
from base64 import b64encode

import pytest

from nexusgen.content.secrets import SHAPES, decoded, find_secrets, shape_of
from tests.archives import unpack
from tests.conftest import ROOT

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM, HEX = string.ascii_letters + DIGITS, DIGITS + "abcdef"
URL = ALNUM + "_-"


def some(length, letters=ALNUM, seed=0):
    """Return letters by chance, the same in every run."""
    rng = random.Random(f"{length}{letters}{seed}")
    return "".join(rng.choice(letters) for _ in range(length))


JWT = ".".join(
    b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"uid":"83","role":"owner"}')
)

FORMATS = {
    "rsa key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "openssh key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "pkcs8 key": "-----BEGIN " + "PRIVATE KEY-----",
    "encrypted key": "-----BEGIN ENCRYPTED " + "PRIVATE KEY-----",
    "pgp key": "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----",
    "putty key": "PuTTY-User-Key-File" + "-3: ssh-ed25519",
    "age key": "AGE-SECRET-" + "KEY-1" + some(58, UPPER + DIGITS),
    "aws key": "AKIA" + some(16, UPPER + DIGITS),
    "aws session key": "ASIA" + some(16, UPPER + DIGITS),
    "aws secret": "aws_secret_access_key = " + some(40, ALNUM + "/+"),
    "github classic": "gh" + "p_" + some(36),
    "github oauth": "gh" + "o_" + some(36),
    "github app": "gh" + "s_" + some(36),
    "github refresh": "gh" + "r_" + some(76),
    "github fine-grained": "github_" + "pat_" + some(22) + "_" + some(59),
    "gitlab personal": "gl" + "pat-" + some(20, URL),
    "gitlab deploy": "gl" + "dt-" + some(20, URL),
    "gitlab runner": "gl" + "rt-" + some(20, URL),
    "gitlab ci": "gl" + "cbt-" + some(24, URL),
    "bitbucket app password": "ATBB" + some(32),
    "atlassian": "ATATT3" + some(180, URL),
    "slack bot": "xox" + "b-" + some(12, DIGITS) + "-" + some(24),
    "slack user": "xox" + "p-" + some(12, DIGITS) + "-" + some(32, HEX),
    "slack app": "xapp-1-" + some(11, UPPER + DIGITS) + "-" + some(13, DIGITS) + "-" + some(64, HEX),
    "slack webhook": "https://hooks.slack." + "com/services/T" + some(8, UPPER) + "/B" + some(8, UPPER) + "/" + some(24),
    "discord webhook": "https://discord.com/" + "api/webhooks/" + some(18, DIGITS) + "/" + some(68, URL),
    "discord bot": "M" + some(23) + "." + some(6, URL) + "." + some(38, URL),
    "teams webhook": "https://acme.webhook." + "office.com/webhookb2/" + some(36, HEX) + "@" + some(36, HEX) + "/IncomingWebhook/" + some(32, HEX),
    "google api": "AI" + "za" + some(35, URL),
    "google oauth secret": "GOC" + "SPX-" + some(28, URL),
    "google oauth token": "ya" + "29." + some(60, URL),
    "firebase": "AAAA" + some(7, URL) + ":" + some(140, URL),
    "stripe live": "sk_" + "live_" + some(24),
    "stripe restricted": "rk_" + "live_" + some(24),
    "stripe webhook": "whsec" + "_" + some(32),
    "sendgrid": "SG" + "." + some(22, URL) + "." + some(43, URL),
    "twilio key": "SK" + some(32, HEX),
    "twilio account": "AC" + some(32, HEX, 1),
    "mailgun": "key" + "-" + some(32, HEX),
    "mailchimp": some(32, HEX) + "-us" + "21",
    "brevo": "xkey" + "sib-" + some(64, HEX) + "-" + some(16),
    "postman": "PM" + "AK-" + some(24, HEX) + "-" + some(34, HEX),
    "telegram": some(10, DIGITS) + ":AA" + some(33, URL),
    "npm": "npm" + "_" + some(36),
    "pypi": "pypi-" + "AgEIcHlwaS5vcmc" + some(70, URL),
    "rubygems": "ruby" + "gems_" + some(48, HEX),
    "crates.io": "ci" + "o" + some(32),
    "nuget": "oy" + "2" + some(43, LOWER + DIGITS),
    "anthropic": "sk-" + "ant-api03-" + some(90, URL),
    "openai project": "sk-" + "proj-" + some(40, URL) + "T3Blbk" + "FJ" + some(40, URL),
    "openai old": "sk-" + some(48),
    "openrouter": "sk-" + "or-v1-" + some(64, HEX),
    "hugging face": "hf" + "_" + some(34),
    "groq": "gsk" + "_" + some(52),
    "perplexity": "ppl" + "x-" + some(48),
    "replicate": "r8" + "_" + some(37),
    "xai": "xa" + "i-" + some(80),
    "digitalocean": "do" + "p_v1_" + some(64, HEX),
    "digitalocean oauth": "do" + "o_v1_" + some(64, HEX),
    "shopify": "shp" + "at_" + some(32, HEX),
    "square": "sq0" + "csp-" + some(43, URL),
    "paypal": "access_token" + "$production$" + some(16, LOWER + DIGITS) + "$" + some(32, HEX),
    "vault": "hv" + "s." + some(90, URL),
    "terraform": some(14) + ".atlas" + "v1." + some(67, URL),
    "pulumi": "pu" + "l-" + some(40, HEX),
    "docker hub": "dckr" + "_pat_" + some(27, URL),
    "heroku": "HR" + "KU-" + some(58, URL),
    "linear": "lin" + "_api_" + some(40),
    "notion": "nt" + "n_" + some(46),
    "airtable": "pat" + some(14) + "." + some(64, HEX),
    "figma": "fig" + "d_" + some(43, URL),
    "sentry": "sntr" + "yu_" + some(64, HEX),
    "new relic": "NR" + "AK-" + some(27, UPPER + DIGITS),
    "grafana": "gl" + "sa_" + some(32) + "_" + some(8, HEX),
    "dynatrace": "dt0" + "c01." + some(24, UPPER + DIGITS) + "." + some(64, UPPER + DIGITS),
    "databricks": "dap" + "i" + some(32, HEX),
    "planetscale": "pscale" + "_tkn_" + some(43, URL),
    "supabase": "sb" + "p_" + some(40, HEX),
    "netlify": "nf" + "p_" + some(40),
    "fly.io": "fo" + "1_" + some(43, URL),
    "azure storage": "Account" + "Key=" + some(86, ALNUM + "/+") + "==",
    "azure client": some(3) + "8" + "Q~" + some(34),
    "azure bus": "SharedAccess" + "Key=" + some(43, ALNUM + "/+") + "=",
    "alibaba": "LT" + "AI" + some(20),
    "tencent": "AK" + "ID" + some(32),
    "yandex": "AQ" + "VN" + some(36, URL),
    "mapbox": "sk." + "eyJ" + some(60, URL) + "." + some(22, URL),
    "jwt": JWT + "." + some(43, URL),
    "django": "SECRET_KEY = '" + some(50, LOWER + DIGITS + "!^&*-_=+") + "'",
    "env password": "DB_PASSWORD=" + "n7Qx" + some(8),
    "yaml password": "password: " + "Tr0ub4dor&" + "9k",
    "json secret": '"client_secret": "' + some(32) + '"',
    "bearer": "Authorization: Bearer " + some(40),
    "basic": "authorization: Basic " + b64encode(b"deploy:" + b"w8Zk2nQ5pL").decode(),
    "header key": "X-Api-Key: " + some(32, HEX),
    "postgres address": "postgres://app:" + "v9Xk2mQ7" + "@db.acme.io:5432/app",
    "https address": "https://deploy:" + "k3Jh8sLq2" + "@git.acme.io/app.git",
}  # fmt: skip


def uuid(seed):
    """Return a random UUID of version 4."""
    return f"{some(8, HEX, seed)}-{some(4, HEX, seed)}-4{some(3, HEX, seed)}-a{some(3, HEX, seed)}-{some(12, HEX, seed)}"


OTHERS = {
    "ssh2 key": "---- BEGIN SSH2 ENCRYPTED " + "PRIVATE KEY ----",
    "minisign": "untrusted comment: minisign encrypted " + "secret key",
    "1password": "A3" + "-" + some(6, UPPER + DIGITS) + "-" + some(11, UPPER + DIGITS) + "".join("-" + some(5, UPPER + DIGITS, at) for at in range(3)),
    "adafruit": "ai" + "o_" + some(28),
    "adobe": "p8" + "e-" + some(32),
    "bedrock": "AB" + "SK" + some(120),
    "axiom": "xa" + "at-" + uuid(1),
    "azure openai": some(52) + "JQQJ" + "99" + some(26),
    "azure devops": some(76) + "AZ" + "DO" + some(4),
    "buildkite": "bk" + "ua_" + some(40, HEX),
    "circleci": "CCI" + "PAT_" + some(22) + "_" + some(40, HEX),
    "clickup": "pk" + "_" + some(8, DIGITS) + "_" + some(32, UPPER + DIGITS),
    "clojars": "CLO" + "JARS_" + some(60, LOWER + DIGITS),
    "contentful": "CF" + "PAT-" + some(43, URL),
    "doppler": "dp" + ".pt." + some(43),
    "dropbox": "s" + "l.B" + some(140, URL),
    "duffel": "duffel" + "_live_" + some(43, URL),
    "easypost": "EZ" + "AK" + some(54),
    "elevenlabs": "sk" + "_" + some(48, HEX),
    "flutterwave": "FLW" + "SECK-" + some(32) + "-X",
    "frame.io": "fi" + "o-u-" + some(64, URL),
    "gitlab runner": "gl" + "rtr-" + some(24, URL),
    "grafana key": "eyJr" + "Ijoi" + some(80) + "==",
    "harness": "pa" + "t." + some(22) + "." + some(24, HEX) + "." + some(20),
    "honeycomb": "hca" + "ik_" + some(58, LOWER + DIGITS),
    "hubspot": "pat" + "-na1-" + uuid(2),
    "hugging face organisation": "api" + "_org_" + some(34),
    "infracost": "ic" + "o-" + some(32),
    "intercom": "dG9" + "rO" + some(60),
    "jfrog": "AK" + "Cp" + some(69),
    "jfrog reference": "cmVm" + "dGtu" + some(56),
    "langsmith": "lsv2" + "_pt_" + some(32, HEX) + "_" + some(10, HEX),
    "langfuse": "sk" + "-lf-" + uuid(3),
    "launchdarkly": "ap" + "i-" + uuid(4),
    "lob": "li" + "ve_" + some(35, HEX),
    "maxmind": some(6) + "_" + some(29) + "_m" + "mk",
    "mollie": "li" + "ve_" + some(30),
    "neon": "na" + "pi_" + some(64, LOWER + DIGITS),
    "nvidia": "nv" + "api-" + some(64, URL),
    "octopus": "AP" + "I-" + some(28, UPPER + DIGITS),
    "deepseek": "sk" + "-" + some(32, HEX),
    "openshift": "sha256" + "~" + some(43, URL),
    "pinecone": "pc" + "sk_" + some(5) + "_" + some(63),
    "plaid": "access" + "-production-" + uuid(5),
    "posthog": "ph" + "x_" + some(43),
    "prefect": "pn" + "u_" + some(36),
    "readme": "rd" + "me_" + some(70, LOWER + DIGITS),
    "render": "rn" + "d_" + some(32),
    "resend": "re" + "_" + some(8) + "_" + some(24),
    "salesforce": "00" + "D" + some(12) + "!" + some(96),
    "scalingo": "tk" + "-us-" + some(48, URL),
    "shippo": "shippo" + "_live_" + some(40, HEX),
    "slack session": "xo" + "xc-" + some(60, DIGITS + "-"),
    "slack cookie": "xo" + "xd-" + some(60),
    "sonarqube": "sq" + "p_" + some(40, HEX),
    "sourcegraph": "sg" + "p_" + some(40, HEX),
    "tailscale": "tskey" + "-auth-" + some(16) + "-" + some(32),
    "together": "tgp" + "_v1_" + some(43, URL),
    "typeform": "tf" + "p_" + some(59, URL),
    "x bearer": "A" * 22 + some(86),
    "zuplo": "zp" + "ka_" + some(32, LOWER + DIGITS) + "_" + some(8, LOWER + DIGITS),
    "vault of before": "VAULT_TOKEN=s" + "." + some(24),
    "netrc": "machine git.acme.io login deploy password " + "k3Jh8sLq2w",
    "pgpass": "db.acme.io:5432:app:deploy:" + "v9Xk2mQ7pz",
    "curl": "curl -s -u deploy:" + "k3Jh8sLq2w" + " https://git.acme.io/api",
    "option": "mysqldump --password " + "k3Jh8sLq2w" + " app",
    "maven": "<password>" + "k3Jh8sLq2w" + "</password>",
    "docker": '{"auths": {"ghcr.io": {"auth": "' + b64encode(b"deploy:k3Jh8sLq2w9").decode() + '"}}}',
    "kubeconfig": "client-key-data: " + b64encode(b"-----BEGIN RSA " + b"PRIVATE KEY-----\nMIIEpAIBAAKCAQEA" + some(400).encode()).decode(),
    "app settings": '<add key="StorageKey" value="' + some(24) + '" />',
    "laravel": "APP_KEY=base64:" + some(43) + "=",
    "npmrc": "//npm.acme.io/:_authToken=" + uuid(6),
    "npmrc of before": "_auth=" + b64encode(b"deploy:k3Jh8sLq2w9").decode(),
    "wireguard": "PrivateKey = " + some(43) + "=",
    "odbc": "Server=db;Database=app;User Id=sa;Password=" + "k3Jh8sLq2w" + ";Encrypt=yes",
    "odbc short": "Server=db;Uid=sa;Pwd=" + "k3Jh8sLq2w" + ";",
    "spring": "spring.datasource.password=" + "k3Jh8sLq2w",
    "rails": "secret_key_base: " + some(64, HEX),
    "redis": "redis://:" + "k3Jh8sLq2w" + "@cache.acme.io:6379/0",
    "mongodb": "mongodb+srv://app:" + "k3Jh8sLq2w" + "@c0.acme.mongodb.net/app",
    "amqp": "amqps://app:" + "k3Jh8sLq2w" + "@mq.acme.io/vhost",
    "cloudinary": "cloudinary://123456789012345:" + "k3Jh8sLq2wTbRd" + "@acme",
    "api key header": "Authorization: ApiKey " + some(40),
    "okta header": "Authorization: SSWS 00" + some(40),
    "aws secret": "aws_secret_access_key = " + some(40, ALNUM + "/+"),
    "datadog": "DD_API_KEY=" + some(32, HEX),
    "cloudflare": "CLOUDFLARE_API_TOKEN=" + some(40, URL),
    "fastly": "FASTLY_API_TOKEN: " + some(32, URL),
    "vercel": "VERCEL_TOKEN=" + some(24),
    "railway": "RAILWAY_TOKEN=" + uuid(7),
    "heroku uuid": "HEROKU_API_KEY=" + uuid(8),
    "snyk": "SNYK_TOKEN=" + uuid(9),
    "algolia": "ALGOLIA_ADMIN_KEY=" + some(32, HEX),
    "twilio auth": "TWILIO_AUTH_TOKEN=" + some(32, HEX),
    "german": "Passwort: " + "k3Jh8sLq2w",
    "go": 'password := "' + "k3Jh8sLq2w" + '"',
    "php": "'password' => '" + "k3Jh8sLq2w" + "',",
    "hcl": 'secret_key = "' + some(40, ALNUM + "/+") + '"',
}  # fmt: skip

FORMATS |= OTHERS


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_found_where_it_stands(name):
    text = f"# Notes\n\nOne line.\nIt is {FORMATS[name]} there.\n"

    (found, *more) = find_secrets(text)

    assert not more
    assert text.count("\n", 0, found.start) == 3
    assert text[found.start : found.end] in FORMATS[name]


def test_there_are_as_many_formats_as_the_rules_are_measured_by():
    assert len(FORMATS) >= 180
    assert len(SHAPES) >= 130


WAYS = {
    "zero width": lambda secret: secret[:9] + "\u200b" + secret[9:14] + "\u2060" + secret[14:],
    "soft hyphen": lambda secret: secret[:12] + "\u00ad" + secret[12:],
    "wrapped": lambda secret: secret[: len(secret) // 2] + "\n" + secret[len(secret) // 2 :],
    "wrapped and indented": lambda secret: secret[:20] + "\\\n    " + secret[20:],
    "base64": lambda secret: b64encode(f"key {secret} end".encode()).decode(),
}


def shaped():
    """Return the formats that are known by their shape."""
    shapes = [shape_of(number) for number in range(len(SHAPES))]
    return [name for name, text in FORMATS.items() if any(one.search(text) for one in shapes)]


def test_most_disguises_are_seen_through():
    missed = [
        (name, way)
        for name in shaped()
        for way, disguise in WAYS.items()
        if not list(find_secrets(f"See {disguise(FORMATS[name])} there.\n"))
    ]

    assert len(missed) <= 0.2 * len(shaped()) * len(WAYS), missed


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8"])
def test_files_in_other_encodings_are_read(encoding):
    text = f"A note.\nThe key is {FORMATS['github classic']}.\n"

    assert [one.kind for one in find_secrets(decoded(text.encode(encoding)))] == ["GitHub token"]


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0"
        "IjoxNTE2MjM5MDIyfQ." + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "gh" + "p_" + "x" * 36,
        "password: your-password-here",
        "password: hunter2hunter2",
        "PASSWORD=$(pass show db/main)",
        "DB_PASSWORD=${DB_PASSWORD}",
        "password = os.environ['DB_PASSWORD']",
        "SECRET_KEY = env('SECRET_KEY')",
        "token: <your token>",
        "token = request.headers['token']",
        "api_key: xxxxxxxxxxxxxxxx",
        "//registry.acme.io/:_auth" + "Token=MYTOKEN1",
        "-----BEGIN RSA PRIV" + "ATE KEY-----\nXXXX\nXXXX\n-----END RSA PRIV" + "ATE KEY-----",
        'key="-----BEGIN PRIV' + 'ATE KEY-----\\n...\\n-----END PRIV' + 'ATE KEY-----"',
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer <token>",
        "postgres://user:password@localhost:5432/app",
        "https://user:secret123@example.com/",
        "key: value, key-value stores, the primary key: user_id",
        "The token bucket: 100 requests",
        "password reset: users get a link by mail",
        "Passwords are hashed with bcrypt: $2b$12$" + "C6UzMDM.H6dfI/f/IKcEe.7uGVQ5Fq7YwYcJ5kH1xZ3pRk9v0aW2e",
        "sha256: " + some(64, HEX),
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-a1B2c3",
        "password = base64.b64decode(x)",
        "secret = b64encode(key)",
        "<password>your-password</password>",
        "curl -u user:password https://api.acme.io",
        "mysqldump --password $DB_PASSWORD app",
        "localhost:5432:app:user:password",
        '{"auth": "none"}',
        "commit " + some(40, HEX),
        "git+https://github.com/user/project.git@v1.2.3",
        "id: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    ],
)  # fmt: skip
def test_what_manuals_show_and_what_stands_for_a_value_is_no_secret(text):
    assert not list(find_secrets(f"# A\n\n{text}\n"))


@pytest.mark.parametrize(
    "text",
    ["password: " + "a1" * 99_999, "a1-" * 66_666 + "key: x", "a_" * 99_999 + "secret", "http " * 39_999,
     '<add key="' + "key" * 66_666, "eyJa1a1a1a1a1-" * 14_000 + ".eyJ", "-----BEGIN " + "A " * 99_999],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_takes_long_to_be_searched(text):
    start = time.process_time()

    list(find_secrets(text))

    assert time.process_time() - start < 5  # a hundred times what it takes; else it takes minutes


@pytest.mark.parametrize(
    "line",
    [
        "{} <!-- nexusgen: allow-secret -->",
        "# nexusgen: allow-secret\n{}",
        "{}  # nexusgen:allow-secret",
    ],
)
def test_a_line_may_say_that_it_holds_none(line):
    secret = FORMATS["github classic"]
    other = "\n\n\nkey = " + FORMATS["stripe live"]

    assert [one.kind for one in find_secrets(line.format(secret) + other)] == ["Stripe key"]


@pytest.mark.parametrize("archive", ["til-jbranchaud", "vault-kepano"])
def test_no_note_that_people_published_is_accused(archive, tmp_path, shared):
    unpack(shared / "data" / f"{archive}.tar.gz", tmp_path)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert not list(find_secrets(decoded(path.read_bytes()))), path


def test_the_hub_of_this_repository_holds_none():
    for path in (path for path in (ROOT / "content").rglob("*") if path.is_file()):
        assert not list(find_secrets(decoded(path.read_bytes()))), path


SECRET = FORMATS["github classic"]


def told(site):
    return [(one.path, one.line, one.column, one.severity) for one in site.problems]


def test_a_secret_is_told_with_its_place_by_every_command(site):
    site.settings("description: A hub.\n").note("notes/a.md", f"One.\n\nThe key {SECRET}.").build()

    assert ("content/notes/a.md", 5, 9, "error") in told(site)
    assert [one.code for one in site.problems] == ["leak.secret"]
    assert site.tree() == {}


@pytest.mark.parametrize(
    "path", ["content/site.yml", "content/data/keys.yml", "content/static/a.txt"]
)
def test_files_beside_the_entries_are_looked_at(site, path):
    site.settings("description: A hub.\n").note("notes/a.md")
    site.write(path, f"title: Hub\ndescription: {SECRET}\n").build()

    assert (path, 2, 14) in [(one.path, one.line, one.column) for one in site.problems]


def test_it_is_told_again_while_it_is_there_and_not_when_it_is_gone(site):
    site.settings("description: A hub.\n").note("notes/a.md").write(
        "content/static/a.txt", SECRET
    ).build()
    first = told(site)

    site.note("notes/b.md").build()
    assert told(site) == first != []

    site.write("content/static/a.txt", "Fine.").build()
    assert told(site) == []


def test_what_is_not_published_is_not_told(site):
    site.settings("description: A hub.\n").note("notes/a.md", SECRET, draft=True)
    site.note("notes/b.md", SECRET, private=True).note("notes/c.md").write("content/x.txt", SECRET)

    assert told(site.build()) == []


@pytest.mark.parametrize(("switch", "expected"), [("warn", ["warning"]), ("allow", [])])
def test_the_settings_may_make_less_of_it(site, switch, expected):
    site.settings(f"checks: {{leak.secret: {switch}}}\n").note("a.md", SECRET).build()

    assert [one.severity for one in site.problems] == expected
    assert "a/index.html" in site.tree()
