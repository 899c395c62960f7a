"""A page one can mail: one HTML file that works from the file system and asks the network for nothing.

HTML and its parsing: https://html.spec.whatwg.org/multipage/. The style, the scripts and the frame of the page are in
page_parts/ beside this module; they are put together here, and `page_data` says what the script is given.

* The page's policy (https://www.w3.org/TR/CSP3/) allows the one style and the one script whose hashes it names, and
  nothing from anywhere else. What leads out are links, which a reader follows or not.
* Text of the graph reaches the page in two ways: escaped, in what stands there without a script, and as JSON without a
  sign of markup, which the script turns into text nodes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template

from litatlas.graph.attribution import demanded_words
from litatlas.graph.identity import is_web_address
from litatlas.graph.models import Paper, Source, Subgraph
from litatlas.graph.network import plain_text

from .page_data import Json, bibtex_entries, holdings, links_of, page_data

_PARTS = files(__package__) / "page_parts"
_SCRIPTS = ("model", "finding", "elements", "address", "tree", "picture", "list", "paper", "page")
# What HTML calls a parse error: controls and what Unicode says will never be a character.
_NO_CHARACTERS = "\x7f-\x9f\ufdd0-\ufdef" + "".join(chr(n) + chr(n + 1) for n in range(0x1FFFE, 0x110000, 0x10000))
_NOT_IN_TEXT = re.compile(f"[{_NO_CHARACTERS}]")
_NOT_IN_JSON = re.compile(f"[<>&\u2028\u2029{_NO_CHARACTERS}]")


def build_page(subgraph: Subgraph) -> bytes:
    """The whole page, UTF-8: its style, its script and what they show, and a plain list for who runs no scripts."""
    style, script = _part("page.css"), "\n".join(_part(f"{name}.js") for name in _SCRIPTS)
    return (
        Template(_part("template.html"))
        .substitute(
            policy=_policy(style, script),
            title=_text(subgraph.title),
            holds=_text(f"{holdings(subgraph)}."),
            sources="\n".join(map(_source, subgraph.sources)),
            papers="\n".join(map(_listed, subgraph.papers)),
            style=style,
            data=_json(page_data(subgraph)),
            bibtex=_json(list(bibtex_entries(subgraph))),
            script=script,
        )
        .encode()
    )


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Everything is forbidden but what is named here; the image is the icon, which stands in the page itself."""
    allowed = {
        "default-src": "'none'",
        "style-src": _hash_of(style),
        "script-src": _hash_of(script),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Json) -> str:
    """JSON that a page can hold between tags: the signs of markup are escapes, and so is what HTML does not take."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _NOT_IN_JSON.sub(_escaped, written)


def _escaped(found: re.Match[str]) -> str:
    return re.sub("(....)", r"\\u\1", found[0].encode("utf-16-be").hex())


def _text(text: str) -> str:
    """Text between tags or in a quoted attribute."""
    return escape(_NOT_IN_TEXT.sub("\N{REPLACEMENT CHARACTER}", plain_text(text)).replace("\r", " "))


def _link(label: str, address: str) -> str:
    """A link, or where the address leads to no web page, what it says."""
    if not is_web_address(address):
        further = f" (<bdi>{_text(address)}</bdi>)" if address.strip() not in {"", label} else ""
        return f"<bdi>{_text(label)}</bdi>{further}"
    return f'<a href="{_text(address)}" target="_blank" rel="noreferrer"><bdi>{_text(label)}</bdi></a>'


def _source(source: Source) -> str:
    further = [
        f"revision {source.revision}" if source.revision else "",
        f"of {source.date}" if source.date else "",
        f"licence: {source.licence}" if source.licence else "no licence stated",
        demanded_words(source) or "",
    ]
    told = "".join(f" <span>{_text(each)}</span>" for each in further if each)
    return f"<li>{_link(source.title, source.location)}{told}</li>"


def _listed(paper: Paper) -> str:
    """One line of the list for readers without scripts."""
    facts = [", ".join(paper.authors), paper.venue or "", str(paper.year or "")]
    links = " ".join(_link(label, address) for label, address in links_of(paper))
    told = "".join(f"<br><bdi>{_text(each)}</bdi>" for each in (_joined(facts),) if each)
    return f"<li><b><bdi>{_text(paper.title)}</bdi></b>{told}{f'<br>{links}' if links else ''}</li>"


def _joined(facts: Iterable[str]) -> str:
    return " · ".join(each for each in facts if each)
