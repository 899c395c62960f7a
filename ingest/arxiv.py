"""arXiv: metadata by ids in batches of 100, and the text of a survey. Requests as the `arxiv` package makes them.

The package builds the address and reads the entries; it never opens a connection, since its own has no timeout, takes
no notice of Retry-After and repeats what was refused. A paper is missing only where a complete feed left it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId

from .arxiv_feed import Feed, check_feed, parse_feed
from .asking import Commit, Judgement, ask_all, paper_id_of, task_keys
from .records import PaperRecord
from .responses import ResponseStore, StoredResponse
from .services import Purpose, Request, Service, SourceName
from .tasks import TaskStatus, Verdict
from .transport import Transport

BATCH = 100
"""Ids in one request: an address of about 1,400 characters; the wall is near 8,000."""

_ANSWERS = frozenset({200, 400})


@dataclass(frozen=True, slots=True)
class _Metadata:
    """Asking for metadata by ids."""

    source: SourceName = SourceName.ARXIV
    purpose: Purpose = Purpose.METADATA
    size: int = BATCH

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """One request for up to `BATCH` ids."""
        return transport.fetch(_metadata_request(transport.service.address, keys), check_feed)

    def judge(self, response: StoredResponse) -> Judgement:
        """Done where the feed has the paper; missing where a complete feed has not, or arXiv calls the id malformed."""
        if response.status == 400:
            return _judge_refusal(response)
        feed = parse_feed(response.body)
        if feed.malformed is not None:  # the form of the error before 2025-11: status 200
            return _judge_refusal(response)
        answered = {str(record.ids[0]) for record in feed.records}
        rest = TaskStatus.MISSING if feed.complete else TaskStatus.FAILED
        reason = "arXiv's complete answer leaves it out" if feed.complete else "arXiv's answer has entries left out"
        return Judgement(
            tuple(
                Verdict(key, TaskStatus.DONE) if key in answered else Verdict(key, rest, reason)
                for key in response.asked
            )
        )


def _judge_refusal(response: StoredResponse) -> Judgement:
    """A refusal that names an id settles that id; the others are asked again without it."""
    try:
        name = parse_feed(response.body).malformed
    except AnswerUnreadable:
        name = None
    named = [key for key in response.asked if name and paper_id_of(key).value == name.strip()]
    return Judgement(tuple(Verdict(key, TaskStatus.MISSING, "arXiv says that this is no id") for key in named))


def _metadata_request(api: str, keys: tuple[str, ...]) -> Request:
    """The request that the package would send for these ids."""
    import arxiv  # noqa: PLC0415 - slow to load, and needed only here

    client = arxiv.Client(page_size=len(keys))
    search = arxiv.Search(id_list=[paper_id_of(key).value for key in keys], max_results=None)
    _, _, query = client._format_url(search, 0, len(keys)).partition("?")
    parameters = tuple(parse_qsl(query, keep_blank_values=True))
    return Request(SourceName.ARXIV, Purpose.METADATA, api, parameters, None, keys, _ANSWERS)


def fetch_metadata(
    transport: Transport,
    store: ResponseStore,
    ids: Sequence[PaperId],
    commit: Commit | None = None,
) -> None:
    """Ask for the metadata of papers that were not asked for yet, at most `BATCH` at once.

    Args:
        ids: those of other schemes are passed over.

    Raises:
        ServiceError: arXiv gave no answer; what is left is pending.
    """
    ask_all(_Metadata(), transport, store, askable(ids), commit)


def askable(ids: Sequence[PaperId]) -> tuple[str, ...]:
    """The tasks of those papers that are on arXiv."""
    return task_keys([paper_id for paper_id in ids if paper_id.scheme is IdScheme.ARXIV])


@dataclass(frozen=True, slots=True)
class _Text:
    """Asking for a paper's page, and where there is none for its source."""

    source: SourceName = SourceName.ARXIV
    purpose: Purpose = Purpose.TEXT
    size: int = 1

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """One request or two."""
        page = fetch_survey_html(transport, paper_id_of(keys[0]))
        return page if page.status == 200 else fetch_survey_source(transport, paper_id_of(keys[0]))

    def judge(self, response: StoredResponse) -> Judgement:
        """Done with either; missing where there is neither."""
        if response.status == 200:
            return Judgement(tuple(Verdict(key, TaskStatus.DONE) for key in response.asked))
        if "/html/" in response.url:
            return Judgement(())
        reason = "arXiv has neither a page nor a source of it"
        return Judgement(tuple(Verdict(key, TaskStatus.MISSING, reason) for key in response.asked))


def fetch_texts(
    transport: Transport, store: ResponseStore, ids: Sequence[PaperId], commit: Commit | None = None
) -> None:
    """Ask for the texts of papers, the page before the source; errors as in `fetch_metadata`."""
    ask_all(_Text(), transport, store, askable(ids), commit)


def read_text(store: ResponseStore, paper_id: PaperId) -> StoredResponse | None:
    """The stored page of a paper, else its stored source, the newest; None where neither is stored."""
    found = [each for each in store.usable(SourceName.ARXIV, Purpose.TEXT) if each.asked == (str(paper_id),)]
    return max(found, key=lambda each: ("/html/" in each.url, each.number), default=None)


def fetch_survey_html(transport: Transport, paper_id: PaperId) -> StoredResponse:
    """The page that arXiv makes of a paper's LaTeX; status 404 where it has none, which is an answer."""
    return transport.fetch(_text_request(paper_id, "html", transport.service), _check_html)


def fetch_survey_source(transport: Transport, paper_id: PaperId) -> StoredResponse:
    """What the authors submitted, as a gzipped tar as a rule: look at its first bytes. 404 where there is none."""
    return transport.fetch(_text_request(paper_id, "src", transport.service), _check_source)


def _text_request(paper_id: PaperId, kind: str, service: Service) -> Request:
    url = f"{(service.site or service.address).rstrip('/')}/{kind}/{quote(paper_id.value)}"
    return Request(SourceName.ARXIV, Purpose.TEXT, url, asked=(str(paper_id),))


def _check_html(body: bytes) -> None:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if not start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise AnswerUnreadable("no HTML page")
    if b"</html>" not in body[-4096:].lower():
        raise AnswerUnreadable("an HTML page that is cut off")


def _check_source(body: bytes) -> None:
    if not body:
        raise AnswerUnreadable("nothing")
    if body.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html")):
        raise AnswerUnreadable("a web page instead of a source")


def read_feeds(store: ResponseStore) -> Iterator[Feed]:
    """Every stored answer about metadata, oldest first; what cannot be read settled nothing and is passed over."""
    for response in store.usable(SourceName.ARXIV, Purpose.METADATA):
        try:
            yield parse_feed(response.body, response.key)
        except AnswerUnreadable:
            continue


def read_records(store: ResponseStore) -> Iterator[PaperRecord]:
    """One record per paper, the newest, in order of arXiv id."""
    newest = {record.ids[0]: record for feed in read_feeds(store) for record in feed.records}
    for paper_id in sorted(newest):
        yield newest[paper_id]
