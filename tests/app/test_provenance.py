from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from litatlas.app.details import PaperDetail
from litatlas.app.provenance import (
    Agreement,
    address_and_label,
    agreement,
    attributions,
    field_name,
    kinds_shown,
    note_line,
    page_at,
    provenance,
    response_named,
    source_of,
)
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.attribution import SERVICE_CREDITS
from litatlas.graph.claims import warnings_about
from litatlas.graph.encoder import Encoder
from litatlas.graph.identity import IdScheme
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, LinkKind, Paper, Source, SourceKind

from .web import fetched


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    fetched.add(library)
    return Atlas(Settings(library=library), lambda _: encoder)


@pytest.fixture
def awq(atlas: Atlas) -> PaperDetail:
    return atlas.paper("awq")


def said(detail: PaperDetail, field: str, source: str) -> str:
    claim = next(claim for claim in detail.claims if (claim.field, claim.source) == (field, source))
    return provenance(claim, detail)


def test_a_value_names_its_line_or_the_day_of_its_response(awq: PaperDetail) -> None:
    assert said(awq, "title", "list") == "A list, line 11"
    assert said(awq, "abstract", "arxiv") == "arXiv, response a1b2c3d4 of 2026-11-20"


def test_a_response_whose_day_is_not_known_is_named_alone(awq: PaperDetail) -> None:
    claim = next(claim for claim in awq.claims if claim.field == "abstract")
    assert response_named(claim, {}) == "a1b2c3d4"
    assert response_named(next(claim for claim in awq.claims if claim.field == "title"), awq.retrievals) == ""


def test_edges_bring_the_days_of_their_responses(atlas: Atlas) -> None:
    detail = atlas.paper("gptq")
    edge = detail.cited_by[0].statements[-1]
    assert response_named(edge, detail.retrievals) == "0f1e2d3c of 2026-11-21"


def test_the_source_of_a_shown_value_is_the_one_that_ranks_first(awq: PaperDetail) -> None:
    found = {field: source_of(field, awq) for field in ("citation_count", "abstract", "venue", "comment")}
    titles = {field: source.title if source else None for field, source in found.items()}
    # "arXiv" on the list is the weakest venue, so that of Semantic Scholar is shown
    assert titles == {
        "citation_count": "Semantic Scholar",
        "abstract": "arXiv",
        "venue": "Semantic Scholar",
        "comment": None,
    }
    assert awq.paper.venue == "MLSys"


def test_claims_in_a_disagreement_are_told_apart(atlas: Atlas, library: Path) -> None:
    from litatlas.graph.library import Library
    from litatlas.graph.models import Claim

    with Library.edit(library) as draft:
        draft.put_claims("awq", [Claim("awq", "title", "Another thing altogether", "metadata", 7)])
    atlas.refresh()
    detail = atlas.paper("awq")
    marks = {(c.source, c.field): agreement(c, detail) for c in detail.claims}
    assert marks["list", "title"] is Agreement.SHOWN
    assert marks["metadata", "title"] is Agreement.DIFFERS
    assert marks["arxiv", "abstract"] is Agreement.NONE


def test_a_service_has_a_page_about_a_paper_whose_id_is_known(awq: PaperDetail) -> None:
    assert page_at(SourceKind.ARXIV, awq.paper) == "https://arxiv.org/abs/2306.00978"
    assert page_at(SourceKind.SEMANTIC_SCHOLAR, awq.paper) == f"https://www.semanticscholar.org/paper/{fetched.SHA}"
    assert page_at(SourceKind.OPENALEX, awq.paper) is None
    assert page_at(SourceKind.PAPER_LIST, awq.paper) is None


def test_services_are_thanked_only_where_their_data_are_shown(atlas: Atlas) -> None:
    assert kinds_shown(atlas.paper("note")) == {SourceKind.PAPER_LIST}
    assert SourceKind.SEMANTIC_SCHOLAR in kinds_shown(atlas.paper("h2o")), "by an edge alone"
    assert attributions([SourceKind.PAPER_LIST]) == ()
    arxiv, scholar = attributions([SourceKind.SEMANTIC_SCHOLAR, SourceKind.ARXIV, SourceKind.ARXIV])
    assert arxiv.text == "Thank you to arXiv for use of its open access interoperability."
    assert (scholar.text, scholar.url) == ("Paper data from Semantic Scholar.", "https://www.semanticscholar.org")


@pytest.mark.parametrize("kind", SERVICE_CREDITS)
def test_every_attribution_holds_the_name_that_becomes_a_link(kind: SourceKind) -> None:
    (attribution,) = attributions([kind])
    assert attribution.name in attribution.text
    assert "http" not in attribution.text
    assert attribution.url.startswith("https://")


def test_a_reader_is_warned_of_what_was_taken_back() -> None:
    assert warnings_about(Paper("k", "T")) == ()
    assert warnings_about(Paper("k", "T", withdrawn="An error.", retracted=True)) == (
        "Retracted by its publisher.",
        "Withdrawn: An error.",
    )


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("id:arxiv", "arXiv id"),
        ("link:code", "link to code"),
        ("feature:Efficient Training", "feature: Efficient Training"),
        ("citation_count", "citation count"),
        ("title", "title"),
    ],
)
def test_fields_are_named_in_a_reader_s_words(field: str, words: str) -> None:
    assert field_name(field) == words


def test_every_scheme_and_kind_of_link_has_a_name() -> None:
    fields = [f"id:{scheme}" for scheme in IdScheme] + [f"link:{kind}" for kind in LinkKind]
    assert [field for field in fields if ":" in field_name(field)] == []


def test_a_link_s_address_stands_apart_from_its_label(atlas: Atlas) -> None:
    (link,) = (claim for claim in atlas.paper("gptq").claims if claim.field == "link:code")
    assert address_and_label(link) == ("https://github.com/x/gptq", "Code")
    assert address_and_label(replace(link, value="https://x.org/a")) == ("https://x.org/a", "")
    title = replace(link, field="title", value="Two words")
    assert address_and_label(title) == ("Two words", "")


def test_a_note_names_who_wrote_it(atlas: Atlas, library: Path, awq: PaperDetail) -> None:
    assert note_line(awq.paper, awq) == ""
    with Library.edit(library) as draft:
        draft.put_source(Source("notes:s", SourceKind.NOTES, "LitAtlas", "notes.jsonl"))
        draft.put_claims("awq", [Claim("awq", "note", "Scales up what matters.", "notes:s", 1)])
    atlas.refresh()
    detail = atlas.paper("awq")
    assert note_line(detail.paper, detail) == "Note by LitAtlas, not the authors' words"
