"""The `redirects:` of `site.yml` in; old and new addresses, with their places, and problems out."""

from typing import Any

from nexusgen.model import Span
from nexusgen.sources.addresses import hub_address
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import shape_of, shown
from nexusgen.sources.nodes import Node, Pair
from nexusgen.sources.scalars import is_web_url

_PLACES = 'write a page of the hub, such as "new/place/", or an address with "https://"'


def read_redirects(node: Node, findings: Findings) -> dict[str, Any]:
    """Return the settings `redirects` and `redirect_spans`; what cannot be read is left out."""
    if not isinstance(node.value, dict):
        message = f'"redirects" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write redirects: {old/place/: new/place/}")
        return {}
    redirects: dict[str, str] = {}
    spans: dict[str, tuple[Span, Span]] = {}
    for text, pair in node.value.items():
        old = hub_address(text, pair.key, findings)
        new = _goal(text, pair, findings)
        if old in spans:
            message = f"{shown(text)} is redirected twice"
            findings.add_twin(pair.key, spans[old][0], "yaml.duplicate", message)
        elif old and new is not None:
            redirects[old], spans[old] = new, (pair.key, pair.value.span)
    return {"redirects": redirects, "redirect_spans": spans}


def _goal(old: str, pair: Pair, findings: Findings) -> str | None:
    """Return where a redirect leads: an address of the web or of the hub, whose home is `/`."""
    node = pair.value
    if not isinstance(node.value, str):
        message = f"{shown(old)} must lead to one address, not to {shape_of(node)}"
        findings.add(node.span, "field.type", message, "write the address of a page")
        return None
    text = node.value.strip()
    if node.is_null or not text:
        message = f"{shown(old)} leads nowhere"
        findings.add(pair.key, "field.missing", message, "write the address of a page after it")
        return None
    if text == "/":
        return ""
    return text if is_web_url(text) else hub_address(text, node.span, findings, _PLACES) or None
