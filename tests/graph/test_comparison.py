"""Two surveys side by side, against values worked out by hand, brute force, and the exchange of the two."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.alignment import NodePair, Relation, Sureness, align
from litatlas.graph.comparison import Comparison, Disagreement, Omission, Share, compare, overlaps, pair_papers
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import UnknownNode, WrongUsage
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Placement, Source, SourceKind, Survey, TaxonomyNode
from litatlas.graph.survey_papers import find_survey, papers_of

from . import comparison_library as small

_EXCHANGED = {Relation.NARROWER: Relation.BROADER, Relation.BROADER: Relation.NARROWER}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    small.write(tmp_path / "library")
    with Library(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def compared(library: Library) -> Comparison:
    return compare(library, small.SURVEY_S, small.SURVEY_T)


def names(nodes: tuple[TaxonomyNode, ...]) -> list[str]:
    return [node.key for node in nodes]


def test_what_both_have_and_what_one_alone(compared: Comparison) -> None:
    assert set(compared.both) == {"a1", "a2", "b1", "b2", "b3"}
    assert compared.both[0] == "a1", "the newest first"
    assert set(compared.first.only) == {"a3", "c1", "c2"}
    assert set(compared.second.only) == {"x1", "y1", "tool"}
    assert (compared.first.papers, compared.second.papers) == (8, 8)
    assert (compared.first.software, compared.second.software, compared.shared_software) == (0, 1, 0)
    assert compared.jaccard == pytest.approx(5 / 11)


def test_topics_correspond_by_shared_papers_and_names(compared: Comparison) -> None:
    """Both list 5 papers. Of those 2 are at Quantization and 3 at Quantize, 2 at both: phi = (2*5 - 2*3) / 6 = 2/3, of
    which two papers count two thirds. Compression holds all five, which correlates with nothing."""
    pairs = {(pair.first.key, pair.second.key): pair for pair in compared.pairs}
    pruning = pairs["s/compression/pruning", "t/pruning"]
    assert (pruning.papers, pruning.name, pruning.meaning) == (0.44, 1.0, None)
    assert pruning.score == pytest.approx(1 - (1 - 4 / 9) * (1 - 0.6), abs=0.005)
    assert pruning.sureness is Sureness.CLEAR
    assert pruning.best
    assert (pruning.shared, pruning.first_known, pruning.second_known) == (2, 3, 2)
    assert (pruning.first_papers, pruning.second_papers) == (3, 4)
    quantization = pairs["s/compression/quantization", "t/quantize"]
    assert quantization.papers == 0.44
    assert 0.3 < quantization.name < 1
    assert not any(first in {"s/compression", "s/misc"} for first, _ in pairs)
    assert names(compared.first.unmatched) == ["s/compression", "s/misc"], "a topic without papers is not compared"
    assert compared.second.unmatched == ()
    assert compared.meaning is False


def test_a_paper_at_topics_that_do_not_correspond_is_a_disagreement(compared: Comparison) -> None:
    nodes = {node.key: node for node in (*small.NODES_S, *small.NODES_T)}
    pruning, quantization = nodes["s/compression/pruning"], nodes["s/compression/quantization"]
    assert compared.disagreements == (
        Disagreement("b3", (pruning,), (nodes["t/quantize"],), (quantization,), (nodes["t/pruning"],)),
    )


def test_likely_omissions_are_what_papers_of_the_other_cite(compared: Comparison) -> None:
    assert compared.second.omissions == (Omission("x1", 2),)
    assert compared.first.omissions == (Omission("c1", 2),), "b1 and y1 are in t; c2 is not"
    assert (compared.first.cites, compared.second.cites) == (1, 1), "a3 cites x1, y1 cites c1"


def test_only_what_the_two_lists_say_is_a_conflict_between_them(tmp_path: Path, compared: Comparison) -> None:
    (conflict,) = compared.conflicts
    assert (conflict.paper, conflict.field, conflict.first, conflict.second) == ("a1", "year", "2023", "2024")
    with Library.edit(tmp_path / "library") as draft:
        draft.put_source(Source("metadata", SourceKind.METADATA_FILE, "Metadata", "m.jsonl"))
        draft.put_claims("a2", [Claim("a2", "year", "1999", "metadata", 1)])
    with Library(tmp_path / "library") as changed:
        assert compare(changed, small.SURVEY_S, small.SURVEY_T).conflicts == (conflict,)


def test_years_and_venues_are_counted_apart(compared: Comparison) -> None:
    assert compared.years == (Share("2019", 1, 0, 0), Share("2022", 2, 4, 3), Share("2023", 0, 1, 0))
    assert compared.venues == (Share("ICLR", 1, 1, 1),)


def test_papers_flow_between_the_levels_that_can_be_read(compared: Comparison) -> None:
    flows = {(flow.first.key, flow.second.key): flow.papers for flow in compared.flows}
    assert flows == {
        ("s/compression/quantization", "t/quantize"): 2,
        ("s/compression/pruning", "t/quantize"): 1,
        ("s/compression/pruning", "t/pruning"): 2,
    }


def test_a_level_is_cut_through_the_taxonomy(library: Library) -> None:
    papers = papers_of(library, small.SURVEY_S)
    assert papers.cut(1) == ("s/compression", "s/misc", "s/empty")
    assert papers.cut(2) == ("s/compression/quantization", "s/compression/pruning", "s/misc", "s/empty")
    assert (papers.level(4), papers.level(3), papers.level(1)) == (2, 1, 1)
    assert papers.at_level("a1", 1) == {"s/compression"}
    assert papers.at_level("a1", 2) == {"s/compression/quantization"}
    assert papers.at_level("c1", 2) == {"s/misc"}
    assert papers.around("a1") == {"s/compression", "s/compression/quantization"}
    with pytest.raises(UnknownNode):
        papers.node("t/pruning")


def test_the_papers_of_two_topics_apart_and_together(library: Library) -> None:
    compared = compare(library, small.SURVEY_S, small.SURVEY_T)
    found = pair_papers(library, compared, library.node("s/compression/pruning"), library.node("t/quantize"))
    assert found.both == ("b3",)
    assert set(found.first_elsewhere) == {"b1", "b2"}
    assert found.first_only == ()
    assert set(found.second_elsewhere) == {"a1", "a2"}
    assert found.second_only == ("x1",)


def test_several_surveys_by_twos(library: Library) -> None:
    (found,) = overlaps(library, [small.SURVEY_T, small.SURVEY_S])
    assert (found.first, found.second, found.both, found.first_only, found.second_only) == ("t", "s", 5, 3, 3)
    assert found.jaccard == pytest.approx(5 / 11)


@pytest.mark.parametrize("reference", ["s", " S ", "small models: a survey", "arXiv:2312.03863", "2312.03863"])
def test_a_survey_is_named_by_key_title_or_id(library: Library, reference: str) -> None:
    assert find_survey(library, reference) == small.SURVEY_S


def test_what_cannot_be_compared_is_explained(library: Library) -> None:
    with pytest.raises(UnknownNode, match="No survey here is 'u'") as unknown:
        find_survey(library, "u")
    assert unknown.value.advice == "There are: s, t."
    with pytest.raises(WrongUsage, match="with itself"):
        compare(library, small.SURVEY_S, small.SURVEY_S)


def test_surveys_with_nothing_in_common_and_without_papers(library: Library, tmp_path: Path) -> None:
    empty = Survey("e", "Empty", small.LIST_S.key)
    with Library.edit(tmp_path / "library") as draft:
        draft.put_survey(empty, [TaxonomyNode("e/all", "e", "All", None, ("All",), 0)])
    with Library(tmp_path / "library") as changed:
        found = compare(changed, small.SURVEY_S, empty)
    assert (found.both, found.pairs, found.flows, found.conflicts, found.jaccard) == ((), (), (), (), 0.0)
    assert len(found.first.only) == 8
    assert found.second.only == ()
    assert names(found.first.unmatched) == names(small.NODES_S[:4])


def write_by_meaning(directory: Path, encoder: Encoder) -> None:
    """Two surveys without a common paper or word in the names of topics, on the same two subjects."""
    subjects = {"bits": "rounding bits integer scales codebook", "sparse": "masks sparse removal weights zeros"}
    with Library.edit(directory) as draft:
        for survey, nodes in (("p", ("Uvwxy", "Zabcd")), ("q", ("Efghi", "Jklmn"))):
            draft.put_source(Source(survey, SourceKind.PAPER_LIST, survey, f"{survey}.md"))
            tree = [TaxonomyNode(f"{survey}/{n}", survey, name, None, (name,), n) for n, name in enumerate(nodes)]
            draft.put_survey(Survey(survey, survey, survey), tree)
            for node, words in zip(tree, subjects.values(), strict=True):
                for n in range(6):
                    key = f"{node.key}/{n}"
                    draft.put_claims(key, [Claim(key, "title", f"{words} {survey}{n}", survey, 1)])
                    draft.put_placements([Placement(key, node.key, survey, 1)])
        update_index(draft, encoder, None, lambda *_: None)


def test_topics_correspond_by_meaning_alone_but_not_for_sure(tmp_path: Path, encoder: Encoder) -> None:
    write_by_meaning(tmp_path, encoder)
    with Library(tmp_path) as library:
        found = compare(library, *library.surveys())
    assert [(pair.first.name, pair.second.name) for pair in found.pairs] == [("Uvwxy", "Efghi"), ("Zabcd", "Jklmn")]
    for pair in found.pairs:
        assert pair.meaning is not None
        assert pair.meaning > 0.7
        assert (pair.papers, pair.name, pair.sureness) == (0, 0, Sureness.POSSIBLE)
        assert pair.relation is Relation.UNKNOWN
    assert found.meaning


# -- exchanged, and by brute force --------------------------------------------------------------------------------


def exchanged(found: Comparison) -> Comparison:
    """What comparing the other way round should give, but for the order of lists."""
    return replace(
        found,
        first=found.second,
        second=found.first,
        pairs=tuple(map(exchanged_pair, found.pairs)),
        disagreements=tuple(
            Disagreement(d.paper, d.second, d.first, d.second_expected, d.first_expected) for d in found.disagreements
        ),
        conflicts=tuple(replace(c, first=c.second, second=c.first) for c in found.conflicts),
        years=tuple(replace(s, first_only=s.second_only, second_only=s.first_only) for s in found.years),
        venues=tuple(replace(s, first_only=s.second_only, second_only=s.first_only) for s in found.venues),
        flows=tuple(replace(f, first=f.second, second=f.first) for f in found.flows),
    )


def exchanged_pair(pair: NodePair) -> NodePair:
    return replace(
        pair,
        first=pair.second,
        second=pair.first,
        first_papers=pair.second_papers,
        second_papers=pair.first_papers,
        first_known=pair.second_known,
        second_known=pair.first_known,
        relation=_EXCHANGED.get(pair.relation, pair.relation),
    )


def assert_same(one: Comparison, other: Comparison) -> None:
    for field in ("first", "second", "both", "shared_software", "jaccard", "meaning", "disagreements", "conflicts"):
        assert getattr(one, field) == getattr(other, field), field
    assert (one.years, one.venues) == (other.years, other.venues)
    assert set(one.pairs) == set(other.pairs)
    assert set(one.flows) == set(other.flows)


def test_compared_the_other_way_round_all_is_exchanged(library: Library, compared: Comparison) -> None:
    assert_same(compare(library, small.SURVEY_T, small.SURVEY_S), exchanged(compared))


def test_meaning_is_the_same_the_other_way_round(tmp_path: Path, encoder: Encoder) -> None:
    write_by_meaning(tmp_path, encoder)
    with Library(tmp_path) as library:
        first, second = library.surveys()
        assert_same(compare(library, second, first), exchanged(compare(library, first, second)))


_PLACES = st.dictionaries(st.sampled_from([f"p{n}" for n in range(9)]), st.sets(st.integers(0, 4), min_size=1))


def write_random(directory: Path, placed: dict[str, dict[str, set[int]]]) -> None:
    """Surveys s and t, each a chain and two branches beside it, with papers placed anywhere."""
    parents = (None, 0, 1, None, 3)
    with Library.edit(directory) as draft:
        for survey, places in placed.items():
            draft.put_source(Source(survey, SourceKind.PAPER_LIST, survey, f"{survey}.md"))
            tree: list[TaxonomyNode] = []
            for n, parent in enumerate(parents):
                above = tree[parent] if parent is not None else None
                path = (*(above.path if above else ()), f"Topic {survey * n} {n}")
                key = f"{survey}/{n}"
                tree.append(TaxonomyNode(key, survey, path[-1], above.key if above else None, path, n))
            draft.put_survey(Survey(survey, survey, survey), tree)
            for paper, nodes in places.items():
                draft.put_claims(paper, [Claim(paper, "title", f"Title of {paper}", survey, 1)])
                draft.put_placements([Placement(paper, f"{survey}/{n}", survey, 1) for n in nodes])


@settings(max_examples=25)
@given(_PLACES, _PLACES)
def test_any_two_surveys(first: dict[str, set[int]], second: dict[str, set[int]]) -> None:
    """The numbers are those of plain sets, the evidence of papers that of numpy, and all of it can be exchanged."""
    with tempfile.TemporaryDirectory() as directory:
        write_random(Path(directory), {"s": first, "t": second})
        with Library(directory) as library:
            one, other = library.surveys()
            found, back = compare(library, one, other), compare(library, other, one)
            sets = papers_of(library, one), papers_of(library, other)
            pairs = align(*sets, None)
    assert_same(back, exchanged(found))
    assert set(found.both) == first.keys() & second.keys()
    assert set(found.first.only) == first.keys() - second.keys()
    assert pairs == found.pairs
    both = sorted(first.keys() & second.keys())
    for pair in pairs:
        at = [
            np.array([key in side.below[node.key] for key in both], float)
            for side, node in zip(sets, (pair.first, pair.second), strict=True)
        ]
        assert pair.shared == int((at[0] * at[1]).sum())
        phi = np.corrcoef(at[0], at[1])[0, 1] if len(both) > 1 and all(vector.std() for vector in at) else 0.0
        assert pair.papers == pytest.approx(max(phi, 0) * pair.shared / (pair.shared + 1), abs=0.0051)
    for each in found.disagreements:
        aligned = {(pair.first.key, pair.second.key) for pair in pairs}
        around = sets[0].around(each.paper), sets[1].around(each.paper)
        assert not any((mine, theirs) in aligned for mine in around[0] for theirs in around[1])
