from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.app.citing import citations_of, references_of
from litatlas.graph.library import Library
from litatlas.graph.models import Citation

from .web import fetched


@pytest.fixture
def fetched_library(library: Path) -> Library:
    fetched.add(library)
    return Library(library)


def test_a_citation_joins_what_its_sources_say(fetched_library: Library) -> None:
    first, *others = citations_of(fetched_library, "gptq")
    assert first.paper.key == "awq"
    assert [said.source for said in first.statements] == ["edges", "semantic-scholar"]
    assert first.contexts == ("We build on GPTQ.", "Unlike GPTQ, we look at activations.")
    assert first.intents == ("methodology", "background")
    assert first.sections == ("Method > Scaling",)
    assert first.influential
    # the rest says no more than that it is, and stands newest first
    assert [(other.paper.key, other.has_words) for other in others] == [("wanda", False), ("h2o", False)]


def test_both_ends_tell_the_same(fetched_library: Library) -> None:
    (edge,) = references_of(fetched_library, "awq")
    assert edge.paper.key == "gptq"
    assert edge.statements == citations_of(fetched_library, "gptq")[0].statements
    assert references_of(fetched_library, "note") == citations_of(fetched_library, "note") == ()


def test_what_two_sources_say_alike_is_told_once(library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_source(fetched.ARXIV)
        draft.put_source(fetched.OPENALEX)
        for source in ("arxiv", "openalex"):
            draft.put_citations([Citation("h2o", "wanda", source, contexts=("Same.", source), intents=("result",))])
    (edge,) = references_of(Library(library), "h2o")
    assert edge.contexts == ("Same.", "arxiv", "openalex")
    assert edge.intents == ("result",)
    assert not edge.influential
