"""Find keys, tokens and passwords in texts by their shape or by the name beside them.

The shapes are those that the issuers document. The rules of lists such as detect-secrets are not
used: that package brings a client for the network, and guesses by chance of letters, which accuses
one note in ten. What stands in manuals (`AKIAIOSFODNN7EXAMPLE`) or only stands for a value
(`<password>`, `$TOKEN`, `xxxx`) is no secret, nor is a line that says `nexusgen: allow-secret`.
"""

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from nexusgen.core.problems import Problem

ALLOW = re.compile(r"nexusgen:\s*allow-secret")
"""Said in the line of a secret or in the one above it: this is none."""


HINT = (
    "take it out and make it invalid where it was issued; if it is none, say so in a comment"
    " on this line: nexusgen: allow-secret"
)


class Secret(NamedTuple):
    """What looks like a secret: its kind, where it stands in the text, and what it is."""

    kind: str
    start: int
    end: int
    value: str


# The kind, a text that every match holds (`|` between several), and the shape.
SHAPES = (
    ("private key", "PRIVATE",
     r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?!(?:\s|\\[rn])*(?:[Xx]{4}|\.{3}|…|<|\[))"),
    ("private key", "PuTTY-User-Key-File", r"\bPuTTY-User-Key-File-\d: "),
    ("AWS access key", "AKIA|ASIA|ABIA|ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    ("GitHub token", "gh", r"\bgh[pousr]_[0-9A-Za-z]{36,}\b"),
    ("GitHub token", "github_pat_", r"\bgithub_pat_[0-9A-Za-z_]{22,}\b"),
    ("GitLab token", "glpat-|gldt-|glrt-|glptt-|glsoat-|glcbt-|glft-|glimt-|glagent-|gloas-|glrtr-|glffct-|glwt-",
     r"\bgl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent|oas|rtr|ffct|wt)-[0-9A-Za-z_-]{20,}"),
    ("GitLab token", "GR1348941", r"\bGR1348941[0-9A-Za-z_-]{20}\b"),
    ("Bitbucket token", "ATBB|ATCTT3", r"\b(?:ATBB[0-9A-Za-z]{24,}|ATCTT3[0-9A-Za-z_=-]{24,})"),
    ("Atlassian token", "ATATT3", r"\bATATT3[0-9A-Za-z_=-]{40,}"),
    ("Slack token", "xox", r"\bxox(?:[abeoprs]-[0-9A-Za-z-]{10,}|[cd]-[0-9A-Za-z%/+=-]{20,})"),
    ("Slack token", "xapp-", r"\bxapp-\d-[0-9A-Z]+-\d+-[0-9a-f]{32,}"),
    ("Slack webhook", "hooks.slack.com",
     r"hooks\.slack\.com/(?:services|workflows)/[A-Z][0-9A-Z]{6,}/[A-Z][0-9A-Z]{6,}/[0-9A-Za-z/]{16,}"),
    ("Discord webhook", "/api/webhooks/",
     r"discord(?:app)?\.com/api/webhooks/\d{15,}/[0-9A-Za-z_-]{40,}"),
    ("Discord bot token", ".", r"\b[MNO][0-9A-Za-z_-]{23,25}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,}\b"),
    ("Teams webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/[0-9a-f-]{36}@\S{60,}"),
    ("Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("Google OAuth secret", "GOCSPX-", r"\bGOCSPX-[0-9A-Za-z_-]{28}"),
    ("Google OAuth token", "ya29.", r"\bya29\.[0-9A-Za-z_-]{30,}"),
    ("Firebase server key", "AAAA", r"\bAAAA[0-9A-Za-z_-]{7}:[0-9A-Za-z_-]{140}"),
    ("Stripe key", "k_live_", r"\b[rs]k_live_[0-9A-Za-z]{20,}\b"),
    ("Stripe webhook secret", "whsec_", r"\bwhsec_[0-9A-Za-z+/=]{32,}"),
    ("SendGrid key", "SG.", r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}"),
    ("Twilio key", "SK|AC", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    ("Mailgun key", "key-", r"\bkey-[0-9a-f]{32}\b"),
    ("Mailchimp key", "-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    ("Brevo key", "xkeysib-", r"\bxkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}\b"),
    ("Postman key", "PMAK-", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"),
    ("Telegram bot token", ":AA", r"\b\d{8,10}:AA[0-9A-Za-z_-]{33}\b"),
    ("npm token", "npm_", r"\bnpm_[0-9A-Za-z]{36}\b"),
    ("PyPI token", "pypi-", r"\bpypi-Ag[0-9A-Za-z_-]{50,}"),
    ("RubyGems key", "rubygems_", r"\brubygems_[0-9a-f]{48}\b"),
    ("crates.io token", "cio", r"\bcio[0-9A-Za-z]{32}\b"),
    ("NuGet key", "oy2", r"\boy2[0-9a-z]{43}\b"),
    ("Anthropic key", "sk-ant-", r"\bsk-ant-[0-9A-Za-z_-]{20,}"),
    ("OpenAI key", "T3BlbkFJ", r"\bsk-(?:proj-|svcacct-|admin-)?[0-9A-Za-z_-]{20,}T3BlbkFJ[0-9A-Za-z_-]{20,}"),
    ("OpenAI key", "sk-", r"\bsk-[0-9A-Za-z]{48}\b"),
    ("OpenRouter key", "sk-or-", r"\bsk-or-v1-[0-9a-f]{64}\b"),
    ("Hugging Face token", "hf_|api_org_", r"\b(?:hf|api_org)_[0-9A-Za-z]{34}\b"),
    ("Groq key", "gsk_", r"\bgsk_[0-9A-Za-z]{48,}\b"),
    ("Perplexity key", "pplx-", r"\bpplx-[0-9A-Za-z]{40,}\b"),
    ("Replicate token", "r8_", r"\br8_[0-9A-Za-z]{37}\b"),
    ("xAI key", "xai-", r"\bxai-[0-9A-Za-z]{70,}\b"),
    ("DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    ("Shopify token", "shp", r"\bshp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{32}\b"),
    ("Square token", "sq0", r"\bsq0(?:atp|csp|idp)-[0-9A-Za-z_-]{22,}"),
    ("Square token", "EAAA", r"\bEAAA[0-9A-Za-z_-]{60}\b"),
    ("PayPal token", "access_token$", r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    ("Vault token", "hv", r"\bhv[sbr]\.[0-9A-Za-z_-]{24,}"),
    ("Terraform token", "atlasv1.", r"\b[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_-]{60,}"),
    ("Pulumi token", "pul-", r"\bpul-[0-9a-f]{40}\b"),
    ("Docker Hub token", "dckr_", r"\bdckr_(?:pat|oat)_[0-9A-Za-z_-]{27,}"),
    ("Heroku key", "HRKU-", r"\bHRKU-[0-9A-Za-z_-]{36,}"),
    ("Linear key", "lin_", r"\blin_(?:api|oauth)_[0-9A-Za-z]{40,}"),
    ("Notion token", "ntn_|secret_", r"\b(?:ntn_[0-9A-Za-z]{40,}|secret_[0-9A-Za-z]{43})\b"),
    ("Airtable token", "pat", r"\bpat[0-9A-Za-z]{14}\.[0-9a-f]{64}\b"),
    ("Figma token", "figd_", r"\bfigd_[0-9A-Za-z_-]{40,}"),
    ("Sentry token", "sntry", r"\bsntry[su]_[0-9A-Za-z_=+/-]{40,}"),
    ("New Relic key", "NRAK-|NRII-|NRJS-", r"\bNR(?:AK-[0-9A-Z]{27}|II-[0-9A-Za-z_-]{32}|JS-[0-9a-f]{19})\b"),
    ("Grafana token", "glsa_|glc_", r"\bgl(?:sa_[0-9A-Za-z]{32}_[0-9a-f]{8}|c_[0-9A-Za-z+/=]{32,})"),
    ("Dynatrace token", "dt0c01.", r"\bdt0c01\.[0-9A-Z]{24}\.[0-9A-Z]{64}\b"),
    ("Databricks token", "dapi", r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),
    ("PlanetScale token", "pscale_", r"\bpscale_(?:tkn|oauth|pw)_[0-9A-Za-z_.=-]{32,}"),
    ("Supabase token", "sbp_|sb_secret_", r"\b(?:sbp_[0-9a-f]{40}|sb_secret_[0-9A-Za-z_-]{20,})"),
    ("Netlify token", "nfp_", r"\bnfp_[0-9A-Za-z]{36,}\b"),
    ("Vercel token", "vercel_blob_rw_", r"\bvercel_blob_rw_[0-9A-Za-z_]{40,}"),
    ("Fly.io token", "FlyV1|fo1_", r"\b(?:FlyV1 fm\d_[0-9A-Za-z+/=,_-]{50,}|fo1_[0-9A-Za-z_-]{40,})"),
    ("Cloudflare key", "v1.0-", r"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b"),
    ("Azure storage key", "AccountKey=", r"AccountKey=[0-9A-Za-z/+]{86}=="),
    ("Azure client secret", "8Q~", r"\b[0-9A-Za-z_~.-]{3}8Q~[0-9A-Za-z_~.-]{31,34}"),
    ("Azure shared access", "SharedAccessKey=", r"SharedAccessKey=[0-9A-Za-z/+]{43}="),
    ("Azure signed address", "sig=", r"[?&]sig=[0-9A-Za-z%]{43,63}(?:%3D|=)"),
    ("Alibaba Cloud key", "LTAI", r"\bLTAI[0-9A-Za-z]{20}\b"),
    ("Tencent Cloud key", "AKID", r"\bAKID[0-9A-Za-z]{32}\b"),
    ("Yandex Cloud key", "AQVN|YC", r"\b(?:AQVN[0-9A-Za-z_-]{35,38}|YC[0-9A-Za-z_-]{38})\b"),
    ("Facebook token", "EAA", r"\bEAA(?:CEdEose0cBA|[A-Z])[0-9A-Za-z]{90,}\b"),
    ("Mapbox token", "sk.eyJ", r"\bsk\.eyJ[0-9A-Za-z_-]{50,}\.[0-9A-Za-z_-]{20,}"),
    ("Age secret key", "AGE-SECRET-KEY-1", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    ("1Password token", "ops_eyJ", r"\bops_eyJ[0-9A-Za-z+/=_-]{100,}"),
    ("JSON web token", "eyJ", r"\beyJ[0-9A-Za-z_-]{10,2000}\.eyJ[0-9A-Za-z_-]{10,8000}\.[0-9A-Za-z_-]{20,}"),
    ("private key", "BEGIN SSH2", r"---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----"),
    ("secret key of minisign", "secret key", r"untrusted comment: (?:minisign|signify) \w* ?secret key"),
    ("1Password key", "A3-", r"\bA3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})(?:-[0-9A-Z]{5}){3}\b"),
    ("Adafruit key", "aio_", r"\baio_[0-9A-Za-z]{28}\b"),
    ("Adobe secret", "p8e-", r"\bp8e-[0-9A-Za-z_-]{32}\b"),
    ("AWS Bedrock key", "ABSK", r"\bABSK[0-9A-Za-z+/]{100,}={0,2}"),
    ("Axiom token", "xaat-|xapt-", r"\bxa(?:at|pt)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("Azure key", "JQQJ99|AzFu|AzSe|ACDb|AZDO|AStb",
     r"\b[0-9A-Za-z+/]{32,76}(?:JQQJ99|AzFu|AzSe|ACDb|AZDO|\+?AStb)[0-9A-Za-z+/]{4,40}={0,2}"),
    ("Buildkite token", "bkua_|bkut_|bkur_", r"\bbku[a-z]_[0-9a-f]{40}\b"),
    ("CircleCI token", "CCIPAT_|CCIPRJ_", r"\bCCIP(?:AT|RJ)_[0-9A-Za-z]{20,24}_[0-9a-f]{40}\b"),
    ("ClickUp token", "pk_", r"\bpk_\d{6,10}_[0-9A-Z]{32}\b"),
    ("Clojars token", "CLOJARS_", r"\bCLOJARS_[0-9a-z]{60}\b"),
    ("Contentful token", "CFPAT-", r"\bCFPAT-[0-9A-Za-z_-]{43}"),
    ("Doppler token", "dp.pt.|dp.st.|dp.ct.|dp.sa.|dp.scim.|dp.audit.", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[0-9a-z_-]{2,35}\.)?[0-9A-Za-z]{40,44}\b"),
    ("Dropbox token", "sl.u.|sl.A|sl.B|sl.C", r"\bsl\.(?:u\.)?[0-9A-Za-z_-]{130,}"),
    ("Duffel token", "duffel_live_", r"\bduffel_live_[0-9A-Za-z_=-]{43}"),
    ("EasyPost key", "EZAK", r"\bEZAK[0-9A-Za-z]{54}\b"),
    ("ElevenLabs key", "sk_", r"\bsk_[0-9a-f]{48}\b"),
    ("Flutterwave key", "FLWSECK", r"\bFLWSECK-[0-9A-Za-z]{32}-X\b"),
    ("Frame.io token", "fio-u-", r"\bfio-u-[0-9A-Za-z=_-]{64}"),
    ("Grafana key", "eyJrIjoi", r"\beyJrIjoi[0-9A-Za-z+/]{60,}={0,2}"),
    ("Harness token", "pat.|sat.", r"\b[ps]at\.[0-9A-Za-z_-]{22}\.[0-9a-f]{24}\.[0-9A-Za-z]{20}\b"),
    ("Honeycomb key", "hcaik_|hcalk_|hcamk_|hcaak_", r"\bhca[a-z]{2}_[0-9a-z]{56,60}\b"),
    ("HubSpot token", "pat-na|pat-eu|pat-ap", r"\bpat-(?:na|eu|ap)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("Infracost key", "ico-", r"\bico-[0-9A-Za-z]{32}\b"),
    ("Intercom token", "dG9rO", r"\bdG9rO[0-9A-Za-z+/]{50,}={0,2}"),
    ("JFrog token", "AKCp|cmVmdGtu", r"\b(?:AKCp[0-9A-Za-z]{69}|cmVmdGtu[0-9A-Za-z]{56})\b"),
    ("LangSmith key", "lsv2_", r"\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b"),
    ("Langfuse key", "sk-lf-", r"\bsk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("LaunchDarkly key", "api-|sdk-", r"\b(?:api|sdk)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ("Lob key", "live_", r"\blive_(?:pub_)?[0-9a-f]{31,35}\b"),
    ("MaxMind key", "_mmk", r"\b[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk\b"),
    ("Mollie key", "live_", r"\blive_[0-9A-Za-z]{30}\b"),
    ("Neon key", "napi_", r"\bnapi_[0-9a-z]{60,}\b"),
    ("NVIDIA key", "nvapi-", r"\bnvapi-[0-9A-Za-z_-]{60,}"),
    ("Octopus key", "API-", r"\bAPI-[0-9A-Z]{26,32}\b"),
    ("key of a model's API", "sk-", r"\bsk-[0-9a-f]{32}\b"),
    ("OpenShift token", "sha256~", r"\bsha256~[0-9A-Za-z_-]{43}"),
    ("Pinecone key", "pcsk_", r"\bpcsk_[0-9A-Za-z]{5,6}_[0-9A-Za-z]{60,}\b"),
    ("Plaid token", "access-", r"\baccess-(?:production|development)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("PostHog key", "phx_", r"\bphx_[0-9A-Za-z]{40,}\b"),
    ("Prefect key", "pnu_|pnb_", r"\bpn[ub]_[0-9A-Za-z]{36}\b"),
    ("Readme key", "rdme_", r"\brdme_[0-9a-z]{70}\b"),
    ("Render key", "rnd_", r"\brnd_[0-9A-Za-z]{28,}\b"),
    ("Resend key", "re_", r"\bre_[0-9A-Za-z]{8}_[0-9A-Za-z]{24}\b"),
    ("Salesforce token", "00D", r"\b00D[0-9A-Za-z]{12,15}![0-9A-Za-z._]{80,}"),
    ("Scalingo token", "tk-us-", r"\btk-us-[0-9A-Za-z_-]{48}"),
    ("Shippo token", "shippo_live_", r"\bshippo_live_[0-9a-f]{40}\b"),
    ("SonarQube token", "sqp_|squ_|sqa_", r"\bsq[pua]_[0-9a-f]{40}\b"),
    ("Sourcegraph token", "sgp_", r"\bsgp_(?:[0-9A-Za-z]{16}_|local_)?[0-9a-f]{40}\b"),
    ("Tailscale key", "tskey-", r"\btskey-(?:[a-z]+-)?[0-9A-Za-z]{10,}-?[0-9A-Za-z]{20,}"),
    ("Together key", "tgp_v1_", r"\btgp_v1_[0-9A-Za-z_-]{43}"),
    ("Typeform token", "tfp_", r"\btfp_[0-9A-Za-z_.=-]{44,}"),
    ("X bearer token", "AAAAAAAAAAAAAAAAAAAA", r"\bA{20,22}[0-9A-Za-z%]{80,100}\b"),
    ("Zuplo key", "zpka_", r"\bzpka_[0-9a-z]{32}_[0-9a-z]{8}\b"),
)  # fmt: skip


@cache
def shape_of(number: int) -> re.Pattern[str]:
    """Return the shape of a kind of secret; most are never asked for, and to compile all takes time."""
    return re.compile(SHAPES[number][2])


_MARKS: dict[str, list[int]] = {}
"""The marks by which shapes are known at a glance, each with the numbers of its shapes."""
for _number, (_, _held, _) in enumerate(SHAPES):
    for _mark in _held.split("|"):
        _MARKS.setdefault(_mark, []).append(_number)
_BLANKS = frozenset(mark for _, held, shape in SHAPES if " " in shape for mark in held.split("|"))
"""The marks of shapes with a blank in them, which long words do not show."""

_FAINT = frozenset(number for mark in _MARKS if len(mark) < 3 for number in _MARKS[mark])
"""Shapes with marks that many texts have: what is broken over lines is not looked for."""

MIN_LONG = 16
"""Letters of the shortest word that may be a secret: few words of a text are as long."""

_VALUE = r"""(?P<quote>["'`]?)(?P<value>[^\s"'`<>{}()\[\]|;,]{8,200})(?P=quote)"""
_NAMED = re.compile(
    r"""(?i)(?<![a-z:])(?P<name>(?:[a-z0-9]{1,40}[_.-]){0,4}(?:api[_.-]?key|apikey|secret(?:[_.-]?(?:key|token))?"""
    r"""|access[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token|token|private[_.-]?key"""
    r"""|(?:app|master|account|storage|session|admin|shared|service|account)[_.-]?key|_auth|credentials?"""
    r"""|client[_.-]?secret|signing[_.-]?key|encryption[_.-]?key|passw(?:or[dt]|d)|passphrase|pwd|kennwort|wachtwoord|contrase[nñ]a|senha|пароль)(?:[_.-][a-z0-9]{1,40})?)"""
    r"""["'`]?\s{0,3}(?::=|=>|[:=])\s{0,3}""" + _VALUE
)
_HEADER = re.compile(
    r"(?i)\b(?:authorization|proxy-authorization|x-api-key|x-auth-token)[\"']?\s*[:=]\s*[\"']?"
    r"(?:[a-z]{3,12}\s+)?(?P<value>(?:base64:)?[0-9a-z+/=_.~-]{16,})"
)
_ADDRESS = re.compile(
    r"://(?P<user>[^\s:/@\"'`<>]{0,80}):(?P<value>[^\s:/@\"'`<>]{6,120})@(?P<host>[\w.-]+)"
)

_SAID: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("passw",), re.compile(r"(?i)\b(?:login|user|account)\s+\S+\s+password\s+(?P<value>\S{6,})")),
    ((":5432:", ":6432:", ":*:"),
     re.compile(r"(?<!\S)[\w.*-]+:(?:\d{4,5}|\*):[^:\s]+:[^:\s]+:(?P<value>[^:\s]{6,})(?!\S)")),
    (("curl ", "wget ", "http "),
     re.compile(r"(?i)\b(?:curl|wget|http)\b.{0,400}\s(?:-u|--user)[ =]?[\"']?[^\s:\"']+:(?P<value>[^\s\"'@]{6,})")),
    (("-passw", "-token", "-secret", "-api-key", "-apikey", "-access-key", "-auth"),
     re.compile(r"(?i)\s--?(?:password|passwd|token|secret|api-?key|access-key|auth)[ =][\"']?(?P<value>[^\s\"']{8,})")),
    (("password>", "passwd>", "secret>", "token>", "key>"),
     re.compile(r"(?i)<(?:[a-z]+[.:_-])?(?:password|passwd|secret|token|api-?key|access-?key)>(?P<value>[^\s<>]{6,})</")),
    (('"auth"', "'auth'", "itytoken", "trytoken"),
     re.compile(r"(?i)[\"'](?:auth|identitytoken|registrytoken)[\"']\s*:\s*[\"'](?P<value>[0-9a-z+/=_-]{16,})[\"']")),
    (("<add ",),
     re.compile(r"(?i)<add\s+key=[\"'][^\"']{0,80}(?:key|secret|password|token)[^\"']{0,80}[\"']\s+value=[\"'](?P<value>[^\"'\s]{8,})")),
)  # fmt: skip
"""Where else a password stands, each with words of its line: .netrc, .pgpass, commands, XML, Docker, .NET."""

_NAMES = (
    "key", "secret", "token", "passw", "passphrase", "pwd", "credential", "_auth", "kennwort",
    "wachtwoord", "contrase", "senha", "пароль",
)  # fmt: skip
_HEADERS = ("authorization", "x-api-key", "x-auth-token")

_STAND_IN = re.compile(
    r"(?i)example|sample|dummy|placeholder|change[_.-]?me|replace|redacted|your|xxx|\.\.\.|…|\*\*\*|foobar|"
    r"p[a@]ssw[o0]rd|passwd|passphrase|s[e3]cr[e3]t|\bmy[_-]?(?:token|key)|hunter2|letmein|qwerty|123|abc|test|demo|fake|"
    r"(.)\1{5}|^(?:none|null|undefined|true|false|env|process|os|settings|config|self|this)\b"
)
"""Words that stand for a secret rather than being one."""

_REFERENCE = re.compile(
    r"[$%#@]|^(?!s\.\w{24}$)(?:[a-z_]+[.:(/]|/|~|-|\d+$|[a-z_]\w*(?:\.[a-z_]\w*)+$)", re.IGNORECASE
)
"""A value that leads elsewhere: a variable, a path, an attribute, an option, a mere number."""

_MANUALS = re.compile(r"EXAMPLE|example|x{6}|X{6}|0{8}|1234567890|abcdef0123|(.)\1{9}")
_JWT_IO = ("John Doe", '"sub":"1234567890"', "1234567890")

_DIGIT = re.compile("[0-9]")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_WRAPPED = re.compile(r"(?<=[0-9A-Za-z_+/=-])(?:\\?\r?\n[ \t>]*)(?=[0-9A-Za-z_+/=-])")
_LONG = r"(?<=[0-9A-Za-z_+/=-]{16}"
_BROKEN = re.compile(
    rf"\n(?:{_LONG}\n)|{_LONG}\r\n)|{_LONG}\\\n)|{_LONG}\\\r\n))[ \t>]*[0-9A-Za-z_+/=-]{{4}}"
)
"""A long word that goes on in the next line: tried at the ends of lines alone."""
_BASE64 = re.compile(r"\b[0-9A-Za-z+/]{32,2000}={0,2}")


def find_secrets(text: str) -> Iterator[Secret]:
    """Yield what looks like a secret in a text, in its order, each place once."""
    long = " ".join([word for word in text.split() if len(word) >= MIN_LONG])
    shapes = _possible(text, long)
    found: dict[int, Secret] = {}
    for secret in (*_shaped(shapes, text, long), *_named(text), *_disguised(shapes, text, long)):
        if not is_allowed(text, secret.start):
            found.setdefault(secret.start, secret)
    last = -1
    for start in sorted(found):
        if start >= last:
            last = found[start].end
            yield found[start]


def find_shaped(text: str) -> Iterator[Secret]:
    """Yield what has the shape of an issuer's secret, wherever it stands: in files that were made."""
    long = " ".join([word for word in text.split() if len(word) >= MIN_LONG])
    yield from _shaped(_possible(text, long), text, long)


def allowed_secrets(text: str) -> set[str]:
    """Return what looks like a secret in a text and is said to be none."""
    if not ALLOW.search(text):
        return set()
    every = {secret.value for secret in find_secrets(ALLOW.sub("", text))}
    return every - {secret.value for secret in find_secrets(text)}


def secret_problems(path: str, data: bytes) -> Iterator[Problem]:
    """Yield a problem for each secret in a source file, at its place."""
    text = decoded(data)
    for secret in find_secrets(text):
        line = text.count("\n", 0, secret.start) + 1
        column = secret.start - text.rfind("\n", 0, secret.start)
        length = len(text[secret.start : secret.end].partition("\n")[0])
        message = f"this looks like a {secret.kind}"
        yield Problem(path, line, column, "leak.secret", message, HINT, length=length)


def is_allowed(text: str, at: int) -> bool:
    """Return whether the line of a place, or the one above, says that this is no secret."""
    if "allow-secret" not in text:
        return False
    above = text.rfind("\n", 0, max(0, text.rfind("\n", 0, at)))
    end = text.find("\n", at)
    return bool(ALLOW.search(text, above + 1, end if end >= 0 else len(text)))


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-16 with a mark or by its zeros, else UTF-8; of others nothing."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace")
    head = data[:2000]
    if b"\0" not in head:
        return data.decode(errors="replace")
    for zeros, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if zeros.count(0) > 0.4 * len(zeros):
            return data.decode(encoding, "replace")
    return ""


def _possible(text: str, long: str) -> list[int]:
    """Return the numbers of the shapes whose marks are in a text; `long` holds its long words."""
    marks = [mark for mark in _MARKS if mark in long]
    marks += [mark for mark in _BLANKS if mark in text]
    return sorted({number for mark in marks for number in _MARKS[mark]}) if marks else []


def _shaped(shapes: Iterable[int], text: str, long: str) -> Iterator[Secret]:
    """Yield what has the shape of an issuer's secret."""
    for number in shapes:
        kind, _, shape = SHAPES[number]
        if " " in shape or shape_of(number).search(long):
            for match in shape_of(number).finditer(text):
                if not _is_of_a_manual(kind, match[0]):
                    yield Secret(kind, match.start(), match.end(), match[0])


def _is_of_a_manual(kind: str, value: str) -> bool:
    if kind == "private key":
        return False
    if kind == "JSON web token":
        return any(known in _unpacked(part) for part in value.split(".") for known in _JWT_IO)
    return bool(_MANUALS.search(value.lstrip("A") if kind == "X bearer token" else value))


def _named(text: str) -> Iterator[Secret]:
    """Yield the values beside names such as `password`, in headers, and in addresses."""
    lower = text.lower()
    for match in _in_lines(_NAMED, _NAMES, text, lower):
        yield _value_of(match, "password" if "pass" in match["name"].lower() else "secret")
    for match in _in_lines(_HEADER, _HEADERS, text, lower):
        if not _STAND_IN.search(_unpacked(match["value"])):
            yield _value_of(match, "credential")
    for words, pattern in _SAID:
        for match in _in_lines(pattern, words, text, lower):
            yield _value_of(match, "credential")
    for match in _ADDRESS.finditer(text):
        if _is_likely(match["value"], least=6) and "example" not in match["host"]:
            yield _value_of(match, "password in an address")


def _in_lines(
    pattern: re.Pattern[str], words: Iterable[str], text: str, lower: str
) -> Iterator[re.Match[str]]:
    """Yield the matches with a likely value in the lines that hold one of some words."""
    for start, end in _lines_with(words, lower):
        if not _DIGIT.search(text, start, end):  # which no likely value lacks
            continue
        for found in pattern.finditer(text, start, end):
            is_call = text.startswith("(", found.end("value"))
            if not is_call and _is_likely(found["value"]):
                yield found


def _value_of(match: re.Match[str], kind: str) -> Secret:
    return Secret(kind, match.start("value"), match.end("value"), match["value"])


def _lines_with(words: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lines begin and end that hold one of some words."""
    lines = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            lines.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(word, end)
    yield from sorted(lines)


def _is_likely(value: str, least: int = 8) -> bool:
    """Return whether a value beside a telling name is one by itself: mixed, and no stand-in."""
    value = value.rstrip(".,:")
    sorts = sum(bool(re.search(one, value)) for one in ("[a-z]", "[A-Z]", "[0-9]", "[^0-9A-Za-z]"))
    mixed = sorts >= 2 and re.search("[0-9]", value)
    return bool(
        mixed
        and len(value) >= least
        and len(set(value)) >= min(6, least)
        and not _STAND_IN.search(value)
        and not _REFERENCE.search(value)
    )


def _disguised(shapes: Sequence[int], text: str, long: str) -> Iterator[Secret]:
    """Yield secrets with unseen letters in them, broken over lines, or in base64."""
    if not text.isascii() and UNSEEN.search(text):
        yield from _without(text, UNSEEN)
    if any(number not in _FAINT for number in shapes) and _BROKEN.search(text):
        yield from _without(text, _WRAPPED)
    for match in _BASE64.finditer(text) if _BASE64.search(long) else ():
        inner = _unpacked(match[0])
        for secret in _shaped(_possible(inner, inner), inner, inner):
            yield Secret(secret.kind, match.start(), match.end(), match[0])


def _without(text: str, pattern: re.Pattern[str]) -> Iterator[Secret]:
    """Yield the secrets that are there once what matches is taken out, at their places in the text."""
    pieces, starts, places, size, last = [], [0], [0], 0, 0
    for match in pattern.finditer(text):
        pieces.append(text[last : match.start()])
        size += match.start() - last
        last = match.end()
        starts.append(size)
        places.append(last)
    pieces.append(text[last:])
    joined = "".join(pieces)
    for secret in _shaped(_possible(joined, joined), joined, joined):
        first, end = (
            places[at] + place - starts[at]
            for place in (secret.start, secret.end - 1)
            for at in (bisect_right(starts, place) - 1,)
        )
        if end - first + 1 > secret.end - secret.start:
            yield Secret(secret.kind, first, end + 1, secret.value)


def _unpacked(text: str) -> str:
    """Return what base64 holds, empty where it is none."""
    try:
        return b64decode(
            text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4)
        ).decode()
    except ValueError:
        return ""
