"""What the links of a list entry lead to, and which paper ids they name. Pure; no address is ever opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from litatlas.graph.identity import PaperId, paper_id_from_url
from litatlas.graph.models import Finding, Link, LinkKind, Severity

from .markdown_inline import Span, SpanKind
from .source_text import clean_text

_PAPER_LABEL = re.compile(r"(paper|pdf|arxiv|openreview|acl|doi|html|abs|abstract|publication|preprint)\d*", re.I)
_CODE_LABEL = re.compile(
    r"(official )?(code|github|git|repo|repository|source|implementation|torch|pytorch|jax)\d*", re.I
)
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "gitee.com"})

_NESTED = re.compile(r"\[(?P<shown>[^\]]*)\]\((?P<target>[^()\s]*)\)")
_TWICE = re.compile(r"(?P<once>https?://\S+?)(?P=once)", re.I)


@dataclass(frozen=True, slots=True)
class ReadLink:
    """A link as it was understood.

    Attributes:
        paper_id: the id its address names, where it leads to a paper.
        shown_id: another id that a damaged link shows without leading to it.
    """

    link: Link
    paper_id: PaperId | None = None
    shown_id: PaperId | None = None


def read_links(spans: Iterable[Span], line: int) -> tuple[tuple[ReadLink, ...], tuple[Finding, ...]]:
    """Read the links among the spans of the entry on this line, each address once."""
    links: dict[str, ReadLink] = {}
    findings: list[Finding] = []
    for span in spans:
        if span.kind is not SpanKind.LINK:
            continue
        label = clean_text(span.text).strip("[] ")
        url, shown, mends = mend_address(span.url, line)
        findings.extend(mends)
        if re.match(r"https?://[^/\s]", url, re.I):
            read, doubts = _classify(label, url, shown, line)
            links.setdefault(url, read)
            findings.extend(doubts)
        else:
            findings.append(_no_address(label, span.url, line))
    return tuple(links.values()), tuple(findings)


def mend_address(url: str, line: int) -> tuple[str, PaperId | None, tuple[Finding, ...]]:
    """Undo what commonly goes wrong when an address is pasted.

    Returns:
        the address, the id of an address that is only shown, and a finding for each mend.
    """
    url = clean_text(url)
    if nested := _NESTED.fullmatch(url):
        shown = paper_id_from_url(nested["shown"])
        return nested["target"], shown, (_nested_link(nested["shown"], nested["target"], line),)
    if doubled := _TWICE.fullmatch(url):
        return (
            doubled["once"],
            None,
            (
                Finding(
                    "doubled-address",
                    Severity.WARNING,
                    line,
                    f"The address stands twice in a row inside one link: {url}",
                    f"Read once: {doubled['once']}",
                ),
            ),
        )
    return url, None, ()


def is_resource_label(label: str) -> bool:
    """Whether a link's text names what it leads to (``Paper``, ``Code1``) instead of being a title."""
    label = label.strip("[]() \u00a0")
    return bool(_PAPER_LABEL.fullmatch(label) or _CODE_LABEL.fullmatch(label))


def _classify(label: str, url: str, shown: PaperId | None, line: int) -> tuple[ReadLink, Iterator[Finding]]:
    """The label says what a link is, unless the address can only be something else."""
    paper_id = paper_id_from_url(url)
    labelled = _kind_of_label(label)
    if paper_id:
        kind = LinkKind.PAPER
    elif _is_repository(url):
        kind = LinkKind.CODE
    else:
        kind = labelled
    doubts = iter(()) if labelled in {kind, LinkKind.OTHER} else iter([_label_disagrees(label, url, kind, line)])
    shown = shown if shown != paper_id else None
    return ReadLink(Link(kind, label or kind.value.capitalize(), url), paper_id, shown), doubts


def _kind_of_label(label: str) -> LinkKind:
    if _PAPER_LABEL.fullmatch(label) and label.lower() != "html":
        return LinkKind.PAPER
    return LinkKind.CODE if _CODE_LABEL.fullmatch(label) else LinkKind.OTHER


def _is_repository(url: str) -> bool:
    """A code host's page that is not a document kept there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("www.")
    return host in _CODE_HOSTS and not parts.path.lower().endswith((".pdf", ".md"))


def _nested_link(shown: str, target: str, line: int) -> Finding:
    same = paper_id_from_url(shown) == paper_id_from_url(target)
    message = f"A link stands inside another link's address; it shows {shown} and leads to {target}"
    return Finding(
        "nested-link",
        Severity.NOTE if same else Severity.CONFLICT,
        line,
        message,
        f"The address it leads to is taken ({target}), the one it shows is not.",
    )


def _label_disagrees(label: str, url: str, kind: LinkKind, line: int) -> Finding:
    return Finding(
        "label-and-address-disagree",
        Severity.WARNING,
        line,
        f"The link is labelled {label!r}, but its address is of kind {kind.value!r}: {url}",
        f"Kept as a link of kind {kind.value!r}, with its label.",
    )


def _no_address(label: str, url: str, line: int) -> Finding:
    return Finding(
        "link-without-address",
        Severity.WARNING,
        line,
        f"The link {label!r} has no web address: {url!r}",
        "The link is left out; the entry is kept.",
    )
