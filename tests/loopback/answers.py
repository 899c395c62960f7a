"""What arXiv, Semantic Scholar and OpenAlex answer about a made-up corpus. Pure: a question in, an answer out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote
from xml.sax.saxutils import escape

from .corpus import Work, sha_of
from .faults import Oddity

Answer = tuple[int, str, bytes]
Query = Mapping[str, str]

_XML, _JSON, _HTML = "application/atom+xml", "application/json", "text/html"
_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(v\d+)?")


class Answers:
    """What the three services say about a corpus.

    Args:
        no_html: arXiv ids of papers without an HTML page.
    """

    def __init__(self, corpus: Sequence[Work], oddities: frozenset[Oddity], no_html: frozenset[str]) -> None:
        self._works = {work.arxiv: work for work in corpus}
        self._by_sha = {work.sha: work for work in corpus}
        self._odd = oddities
        self._no_html = no_html

    def answer(self, path: str, query: Query, body: bytes) -> Answer:
        """Status, content type and body for a request."""
        if path == "/api/query":
            return self._arxiv({**query, **_form(body)})
        if path.startswith(("/html/", "/src/")):
            return self._text(*path[1:].split("/", 1))
        if path == "/graph/v1/paper/batch":
            return self._batch(query, json.loads(body)["ids"])
        if path == "/graph/v1/paper/search/match":
            return self._match(query)
        if path.startswith("/graph/v1/paper/"):
            return self._paper(unquote(path.removeprefix("/graph/v1/paper/")), query)
        if path == "/works":
            return self._openalex(query)
        return 404, _JSON, b'{"error": "no such path"}'

    # arXiv

    def _arxiv(self, query: Query) -> Answer:
        ids = [each.strip() for each in query.get("id_list", "").split(",") if each.strip()]
        for each in ids:
            if not _ARXIV_ID.search(each):
                return 400, _XML, _feed([_error_entry(each)], 1)
        most = int(query.get("max_results", "10"))
        found = {_bare(each): self._works[_bare(each)] for each in ids if _bare(each) in self._works}
        works = sorted(found.values(), key=lambda work: work.sha if Oddity.SHUFFLED in self._odd else work.arxiv)
        works = works[int(query.get("start", "0")) :][:most]
        entries = [_entry(work) for work in works]
        if Oddity.DUPLICATES in self._odd:
            entries += [_entry(work, version=max(1, work.version - 1)) for work in works]
        if Oddity.PARTIAL in self._odd:
            return 200, _XML, _feed(entries[:-1], len(entries))
        return 200, _XML, _feed(entries, len(entries))

    def _text(self, kind: str, name: str) -> Answer:
        work = self._works.get(_bare(unquote(name)))
        if not work or (kind == "html" and work.arxiv in self._no_html):
            return 404, _HTML, b"<html><body>No such page</body></html>"
        if kind == "src":
            return 200, "application/gzip", b"\x1f\x8b" + work.title.encode()
        page = f"<!DOCTYPE html><html><body><h1>{escape(work.title)}</h1></body></html>"
        return 200, _HTML, page.encode()

    # Semantic Scholar

    def _batch(self, query: Query, ids: Sequence[str]) -> Answer:
        fields = query.get("fields", "").split(",")
        nested = any(field.startswith("references.") for field in fields)
        if len(ids) > 500:
            return 400, _JSON, b'{"error": "Too many ids"}'
        found = [self._find(each) for each in ids]
        if not any(found):
            return 400, _JSON, b'{"error": "No valid paper ids given"}'
        if Oddity.WRONG_PAPERS in self._odd:
            found = found[1:] + found[:1]
        papers = [self._s2_paper(work, nested) if work else None for work in found]
        if Oddity.WRONG_LENGTH in self._odd:
            papers = papers[:-1]
        return 200, _JSON, json.dumps(papers).encode()

    def _paper(self, rest: str, query: Query) -> Answer:
        name, references, _ = rest.partition("/references")
        work = self._find(name)
        if work is None:
            return 404, _JSON, json.dumps({"error": f"Paper with id {name} not found"}).encode()
        if not references:
            return 200, _JSON, json.dumps(self._s2_paper(work, nested=False)).encode()
        if Oddity.ELIDED in self._odd:
            elided = {"data": None, "citingPaperInfo": {"openAccessPdf": {"disclaimer": "elided: {'references'}"}}}
            return 200, _JSON, json.dumps(elided).encode()
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "100"))
        shown = work.references[offset : offset + limit]
        page: dict[str, object] = {"offset": offset, "data": [self._s2_reference(each) for each in shown]}
        if offset + limit < len(work.references):
            page["next"] = offset + limit
        return 200, _JSON, json.dumps(page).encode()

    def _match(self, query: Query) -> Answer:
        asked = query.get("query", "").casefold()
        best = [work for work in self._works.values() if work.title.casefold() == asked]
        loose = [work for work in self._works.values() if asked and asked.split()[0] in work.title.casefold().split()]
        for work in [*best, *loose][:1]:
            answer = {"data": [{**self._s2_paper(work, nested=False), "matchScore": 99.5}]}
            return 200, _JSON, json.dumps(answer).encode()
        return 404, _JSON, b'{"error":"Title match not found"}'

    def _find(self, name: str) -> Work | None:
        scheme, _, value = name.partition(":")
        if scheme.upper() == "ARXIV":
            return self._works.get(_bare(value))
        if scheme.upper() == "DOI":
            arxiv = value.lower().removeprefix("10.48550/arxiv.")
            return self._works.get(arxiv) or next((w for w in self._works.values() if w.doi == value), None)
        if scheme == "CorpusId":
            return next((work for work in self._works.values() if str(work.corpus_id) == value), None)
        return self._by_sha.get(name)

    def _s2_paper(self, work: Work, nested: bool) -> dict[str, object]:
        version = f"v{work.version}" if Oddity.VERSIONED in self._odd else ""
        paper: dict[str, object] = {
            "paperId": work.sha,
            "corpusId": work.corpus_id,
            "externalIds": {"ArXiv": work.arxiv + version, "CorpusId": work.corpus_id}
            | ({"DOI": work.doi} if work.doi else {}),
            "referenceCount": len(work.references),
        }
        if nested:
            references = [{"paperId": sha_of(each), "externalIds": {"ArXiv": each}} for each in work.references]
            if Oddity.PARTIAL in self._odd:
                references = references[:-1]
            return paper | {"references": None if Oddity.ELIDED in self._odd else references}
        return paper | {
            "title": work.title,
            "abstract": None if Oddity.NULL_ABSTRACTS in self._odd else work.abstract,
            "year": work.year,
            "publicationDate": f"{work.year}-05-01",
            "venue": work.venue,
            "citationCount": work.citations,
            "influentialCitationCount": work.citations // 10,
            "tldr": {"model": "tldr@v2.0.0", "text": f"In short: {work.title}"},
            "authors": [{"authorId": str(n), "name": name} for n, name in enumerate(work.authors)],
        }

    def _s2_reference(self, arxiv: str) -> dict[str, object]:
        cited = self._works.get(arxiv)
        return {
            "contexts": [f"as was shown [{arxiv}]"],
            "intents": ["background"],
            "isInfluential": False,
            "citedPaper": {
                "paperId": sha_of(arxiv),
                "externalIds": {"ArXiv": arxiv},
                "title": cited.title if cited else f"Outside work {arxiv}",
                "year": 2017,
                "authors": [],
            },
        }

    # OpenAlex

    def _openalex(self, query: Query) -> Answer:
        dois = query.get("filter", "").removeprefix("doi:").split("|")
        works = [work for doi in dois if (work := self._find(f"DOI:{doi}"))]
        per_page = int(query.get("per-page", "25"))
        answer = {"meta": {"count": len(works)}, "results": [_openalex_work(work) for work in works[:per_page]]}
        return 200, _JSON, json.dumps(answer).encode()


def _form(body: bytes) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(body.decode("utf-8", "replace"))) if body else {}


def _bare(name: str) -> str:
    return re.sub(r"v\d+$", "", name)


def _feed(entries: Sequence[str], total: int) -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns="http://www.w3.org/2005/Atom">\n'
        "<id>https://arxiv.org/api/loopback</id><title>arXiv Query</title><updated>2026-04-12T22:59:06Z</updated>\n"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>\n{''.join(entries)}</feed>\n"
    ).encode()


def _entry(work: Work, version: int | None = None) -> str:
    address = f"http://arxiv.org/abs/{work.arxiv}v{version or work.version}"
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in work.authors)
    comment = f"<arxiv:comment>{escape(work.comment)}</arxiv:comment>" if work.comment else ""
    doi = f"<arxiv:doi>{escape(work.doi)}</arxiv:doi>" if work.doi else ""
    return (
        f"<entry><id>{address}</id><title>{escape(work.title)}</title><updated>{work.year}-06-01T00:00:00Z</updated>"
        f"<published>{work.year}-05-01T00:00:00Z</published><summary>  {escape(work.abstract)}\n</summary>"
        f'<category term="cs.LG"/><arxiv:primary_category term="cs.LG"/>{comment}{doi}{authors}</entry>\n'
    )


def _error_entry(name: str) -> str:
    return (
        f"<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_{escape(name)}</id><title>Error</title>"
        f"<updated>2026-04-12T22:59:06Z</updated><summary>incorrect id format for {escape(name)}</summary></entry>"
    )


def _openalex_work(work: Work) -> dict[str, object]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(work.abstract.split()):
        places.setdefault(word, []).append(place)
    doi = f"https://doi.org/{work.doi or f'10.48550/arxiv.{work.arxiv}'}"
    address = f"https://openalex.org/{work.openalex}"
    return {
        "id": address,
        "doi": doi,
        "ids": {"openalex": address, "doi": doi},
        "title": work.title,
        "publication_year": work.year,
        "publication_date": f"{work.year}-05-01",
        "is_retracted": bool(work.comment and "retracted" in work.comment),
        "authorships": [{"author": {"display_name": name}} for name in work.authors],
        "primary_location": {"source": {"display_name": "arXiv (Cornell University)"}},
        "abstract_inverted_index": places or None,
        "referenced_works": [f"https://openalex.org/W{int(sha_of(each)[:7], 16)}" for each in work.references],
        "cited_by_count": work.citations,
    }
