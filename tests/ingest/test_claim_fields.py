"""The fields that `models.Claim` names are those that the parsers claim: none is missing there, none is made up."""

from __future__ import annotations

import inspect
import json
import re

from litatlas.graph.models import Claim
from litatlas.ingest.metadata import parse_metadata
from litatlas.ingest.records import PaperRecord

from ..conftest import ROOT

_FIELD = re.compile(r"``([a-z_]+(?::[a-z]*)?)``")
EVERYWHERE = {
    "title": "Of Caches",
    "published_title": "On Caches",
    "abstract": "This paper has been withdrawn by the authors.",
    "truncated": True,
    "authors": "Ann One",
    "year": 2023,
    "venue": "ICML",
    "arxiv_id": "2306.00978",
    "comments": "12 pages",
    "journal-ref": "J. Caches 7",
    "categories": "cs.CL",
    "versions": [{"version": "v1", "created": "2023-06-01"}, {"version": "v2", "created": "2023-07-01"}],
    "update_date": "2024-07-19",
}
WORK = {"id": "https://openalex.org/W1", "title": "T", "is_retracted": True}
PAPER = {
    "paperId": "a" * 40,
    "title": "T",
    "citationCount": 1,
    "influentialCitationCount": 1,
    "referenceCount": 1,
    "tldr": {"text": "Good."},
}


def documented() -> set[str]:
    text = inspect.getdoc(Claim) or ""
    fields = text.partition("field:")[2].partition("value:")[0]
    return set(_FIELD.findall(fields)) - {"yes"}


def test_what_metadata_claims_is_documented() -> None:
    lines = enumerate(map(json.dumps, (EVERYWHERE, WORK, PAPER)), start=1)
    records = [record for record in parse_metadata(lines) if isinstance(record, PaperRecord)]
    claimed = {field for record in records for field, _ in record.claims()}
    assert len(records) == 3
    plain = {field for field in claimed if not field.startswith("id:")}
    assert plain <= documented()
    assert documented() - plain == {
        *("kind", "id:", "id:arxiv", "link:paper", "link:code", "link:other", "feature:"),
        *("keyword", "nickname", "affiliation", "first_author", "note"),
    }


def test_what_the_bundled_lists_claim_is_documented() -> None:
    claimed = set()
    for path in ROOT.glob("data/*/papers.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            claimed |= {claim["field"] for claim in json.loads(line)["claims"]}
    known = documented()
    assert claimed
    unnamed = {field for field in claimed if field not in known and f"{field.partition(':')[0]}:" not in known}
    assert unnamed == set()
