"""What the links of a list entry lead to, and which paper ids they name. Pure; no address is ever opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from litatlas.graph.identity import PaperId, paper_id_from_url
from litatlas.graph.models import Finding, Link, LinkKind, Severity

from .markdown_inline import Span, SpanKind
from .source_text import clean_text

_PAPER_LABEL = re.compile(
    r"(paper|pdf|arxiv|openreview|acl|acl anthology|doi|html|abs|abstract|publication|preprint|report"
    r"|tech(nical)? report|paper link|link to (the )?paper|arxiv paper|full text|full paper|conference paper|journal"
    r"|(demo|short|workshop|extended|original) paper"
    r"|ieee|acm|springer|neurips|icml|iclr|cvf|pmlr|book|thesis|论文|论文(下载)?链接|论文地址|原文)[\s.#]*\d*",
    re.I,
)
_CODE_LABEL = re.compile(
    r"(official |unofficial )?(code|codes|source code|github|github page|github repo|git|repo|repository"
    r"|implementation|torch|pytorch|jax|tensorflow|keras|代码|源码|代码链接|代码和数据集)(\s*\([^()]*\))?[\s.#]*\d*",
    re.I,
)
_OTHER_LABEL = re.compile(
    r"(project|project page|page|home ?page|website|web|site|blog|blog post|post|news|slides?|poster|video|youtube"
    r"|talk|demo|data|datasets?|data ?set|benchmark|models?|weights|checkpoints?|hugging ?face|hf|hf papers?|colab"
    r"|notebook|docs?|documentation|tutorial|twitter|x|thread|appendix|supp|supplement(ary)?( materials?)?|bib"
    r"|bibtex|cite|citation|link|here|media|press|review|reviews|notes?|summary|tl;?dr|leaderboard|source"
    r"|s2|semantic scholar|scholar|dblp|download|tool|app|api|wiki|reddit|discord|slack|zhihu"
    r"|知乎|博客|demo ?视频|项目|项目主页|主页|数据|数据集|视频|链接|解读)[\s.#]*\d*",
    re.I,
)
_NO_PAPER_LABEL = re.compile(
    r"(blog|blog post|news|slides?|poster|video|youtube|talk|demo|data|datasets?|benchmark|weights|appendix"
    r"|checkpoints?|supp|supplement(ary)?( materials?)?|bib|bibtex|cite|citation|media|press|reviews?"
    r"|博客|数据|数据集|视频)[\s.#]*\d*",
    re.I,
)
_PAPER_HOSTS = re.compile(
    r"(^|\.)(arxiv\.org|openreview\.net|aclanthology\.org|aclweb\.org|doi\.org|proceedings\.mlr\.press|jmlr\.org"
    r"|neurips\.cc|nips\.cc|thecvf\.com|ecva\.net|dl\.acm\.org|ieeexplore\.ieee\.org|computer\.org"
    r"|link\.springer\.com|sciencedirect\.com|onlinelibrary\.wiley\.com|nature\.com|science\.org|pnas\.org|aaai\.org"
    r"|ijcai\.org|isca-speech\.org|biorxiv\.org|chemrxiv\.org|medrxiv\.org|ssrn\.com|semanticscholar\.org|hal\.science|vldb\.org"
    r"|mdpi\.com|frontiersin\.org|plos\.org|tandfonline\.com|sagepub\.com|acs\.org|rsc\.org|aps\.org|iop\.org"
    r"|oup\.com|cell\.com|researchgate\.net|ncbi\.nlm\.nih\.gov|siam\.org|papers\.ssrn\.com|mlsys\.org"
    r"|alphaxiv\.org|ar5iv\.(org|labs\.arxiv\.org)|eprint\.iacr\.org|usenix\.org|ndss-symposium\.org|bmvc\.co"
    r"|roboticsproceedings\.org|lrec-conf\.org|ceur-ws\.org)$"
)
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "gitee.com"})

_BARE = re.compile(
    r"(?P<url>https?://[^\s<>()\[\]\"'`|，。、]{4,500})|\barxiv\s*[:：]\s*(?P<arxiv>\d{4}\.\d{4,5})", re.I
)
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


def read_links(
    spans: Iterable[Span], line: int, title: str = "", expected: LinkKind | None = None
) -> tuple[tuple[ReadLink, ...], tuple[Finding, ...]]:
    """Read the links among the spans of the entry on this line, each address once.

    A badge's link is labelled by nothing but what it leads to. One that leads nowhere or only to the picture is passed
    over without a word, since nothing is lost with it.

    Args:
        title: what the entry is called; a link under its title leads to the paper, unless it leads to code.
        expected: what a link leads to whose label does not say it: the name of its column.
    """
    links: dict[str, ReadLink] = {}
    findings: list[Finding] = []
    for span in spans:
        if span.kind is SpanKind.TEXT:
            for read in _bare_links(span.text):
                links.setdefault(read.link.url, read)
            continue
        if span.kind is not SpanKind.LINK or (span.badge and not re.match(r"https?://[^/\s]", span.url.strip(), re.I)):
            continue
        label = clean_text(span.text).strip("[] ")
        if re.fullmatch(r"(https?://|www\.)\S*", label):
            label = ""
        url, shown, mends = mend_address(span.url, line)
        findings.extend(mends)
        if re.match(r"https?://[^/\s]", url, re.I):
            if title and label and title.startswith(label) and not is_resource_label(label):
                read, doubts = _classify("Paper", url, shown, line)
                doubts = ()
            else:
                read, doubts = _classify(label, url, shown, line)
            read = _as_expected(read, expected, label)
            links.setdefault(url, read)
            findings.extend(doubts)
        else:
            findings.append(_no_address(label, span.url, line))
    return tuple(links.values()), tuple(findings)


def _as_expected(read: ReadLink, expected: LinkKind | None, label: str) -> ReadLink:
    if expected is None or read.link.kind is not LinkKind.OTHER or _OTHER_LABEL.fullmatch(label):
        return read
    return replace(read, link=replace(read.link, kind=expected))


def _bare_links(text: str) -> Iterator[ReadLink]:
    """Addresses and arXiv ids that stand in the text without being links."""
    for match in _BARE.finditer(text):
        url = match["url"].rstrip(".,;:!?)") if match["url"] else f"https://arxiv.org/abs/{match['arxiv']}"
        paper_id = paper_id_from_url(url)
        kind = LinkKind.CODE if _is_repository(url) else LinkKind.PAPER if leads_to_paper(url) else LinkKind.OTHER
        if re.match(r"https?://[^/\s]", url, re.I):
            yield ReadLink(Link(kind, "arXiv" if match["arxiv"] else kind.value.capitalize(), url), paper_id)


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
    label = " ".join(label.split()).strip("[](){}:：,.·|📄📑📃📜💻🔗🌐📎📝🐙⭐🤗 \ufe0f")
    return any(pattern.fullmatch(label) for pattern in (_PAPER_LABEL, _CODE_LABEL, _OTHER_LABEL))


def leads_to_paper(url: str) -> bool:
    """Whether an address can only be a paper's: it names an id, a publisher or a PDF."""
    if paper_id_from_url(url):
        return True
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if _is_repository(url):
        return False
    path = parts.path.lower()
    host = (parts.hostname or "").lower()
    return path.endswith(".pdf") or bool(_PAPER_HOSTS.search(host)) or re.search(r"/doi/\S*10\.\d", path) is not None


def _classify(label: str, url: str, shown: PaperId | None, line: int) -> tuple[ReadLink, tuple[Finding, ...]]:
    """The label says what a link is, unless the address can only be something else."""
    paper_id = paper_id_from_url(url)
    labelled = _kind_of_label(label)
    if paper_id:
        kind = LinkKind.PAPER
    elif _is_repository(url):
        kind = LinkKind.CODE
    elif labelled is LinkKind.OTHER and not _NO_PAPER_LABEL.fullmatch(label) and leads_to_paper(url):
        kind = LinkKind.PAPER
    else:
        kind = labelled
    doubts = () if labelled in {kind, LinkKind.OTHER} else (_label_disagrees(label, url, kind, line),)
    shown = shown if shown != paper_id else None
    return ReadLink(Link(kind, label or kind.value.capitalize(), url), paper_id, shown), doubts


def _kind_of_label(label: str) -> LinkKind:
    label = label.strip(":：,. ")
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
