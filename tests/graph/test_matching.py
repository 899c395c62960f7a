"""Which paper a record is about: ids with like titles, titles, and never another paper's record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.matching import Evidence, KnownPaper, Wanted, match_record
from litatlas.graph.models import Claim, WorkKind

X, Y = PaperId(IdScheme.ARXIV, "2305.00001"), PaperId(IdScheme.ARXIV, "2305.00002")
OMNI = KnownPaper("omni", ("OmniQuant: Calibrated Quantization",), frozenset({X}), (2024,))
ROTATION = KnownPaper("rotation", ("Rotation and Permutation",), frozenset({X}), (2024,))


def wanted(title, *ids, year=None, kind=WorkKind.PAPER):
    return Wanted((title,), frozenset(ids), year, kind)


def test_a_disputed_id_is_decided_by_title():
    match = match_record(wanted("OmniQuant: calibrated quantization", X), [ROTATION, OMNI])
    assert (match.paper, match.evidence) == ("omni", Evidence.ID_AND_TITLE)


def test_an_id_with_a_wholly_different_title_matches_nobody():
    match = match_record(wanted("Something Else Entirely", X), [OMNI])
    assert (match.paper, match.evidence) == (None, Evidence.CONFLICT)
    assert "another title" in match.reason


@pytest.mark.parametrize(
    ("listed", "given"),
    [
        ("GPTQ: Accurate Quantization for Transformers", "OPTQ: Accurate Quantization for Transformers"),
        ("LLM.int8(): 8-bit Matrix Multiplication", "GPT3.int8(): 8-bit Matrix Multiplication"),
        ("Medusa: Simple Framework", "Medusa: Many Heads Are Better than One in Decoding"),
    ],
)
def test_a_renamed_paper_is_found_by_its_id(listed, given):
    known = KnownPaper("k", (listed,), frozenset({X}))
    assert match_record(wanted(given, X), [known]).evidence is Evidence.ID
    assert match_record(wanted(given), [known]).paper is None


def test_an_exact_title_beats_a_like_title_under_the_id():
    like = KnownPaper("like", ("Attention Is All You Needed",), frozenset({X}))
    exact = KnownPaper("exact", ("Attention Is All You Need",), frozenset({Y}))
    assert match_record(wanted("Attention is all you need", X), [like, exact]).paper == "exact"


def test_titles_alone_need_years_within_two():
    known = KnownPaper("k", ("Attention",), frozenset(), (2017,))
    assert match_record(wanted("attention", year=2019), [known]).paper == "k"
    assert match_record(wanted("attention", year=2020), [known]).paper is None
    assert match_record(wanted("attention"), [known]).paper == "k"


def test_two_equally_good_papers_are_no_answer():
    twin = KnownPaper("twin", OMNI.titles, OMNI.ids, OMNI.years)
    match = match_record(wanted(OMNI.titles[0], X), [OMNI, twin])
    assert (match.paper, match.reason) == (None, "it fits several papers equally well: omni, twin")


def test_a_record_without_a_title_belongs_to_the_one_paper_that_has_its_id():
    untitled = Wanted((), frozenset({X}))
    assert match_record(untitled, [OMNI]).paper == "omni"
    assert match_record(untitled, [OMNI, ROTATION]).reason == "it fits several papers equally well: omni, rotation"
    assert match_record(Wanted((), frozenset({Y})), [OMNI]).evidence is Evidence.NONE


def test_software_is_no_paper():
    tool = KnownPaper("tool", ("DeepSpeed",), frozenset(), kind=WorkKind.SOFTWARE)
    assert match_record(wanted("DeepSpeed"), [tool]).paper is None
    assert match_record(wanted("DeepSpeed", kind=WorkKind.SOFTWARE), [tool]).paper == "tool"


def test_a_known_paper_is_gathered_from_claims():
    claims = [
        Claim("k", "title", "A", "s"),
        Claim("k", "published_title", "B", "s"),
        Claim("k", "id:arxiv", "2305.00001", "s"),
        Claim("k", "year", "2023", "s"),
        Claim("k", "kind", "software", "s"),
    ]
    assert KnownPaper.from_claims("k", claims) == KnownPaper(
        "k", ("A", "B"), frozenset({X}), (2023,), WorkKind.SOFTWARE
    )


TITLES = st.sampled_from(["Attention", "Attention!", "Attentions Please", "Other: One", "Other: Two", "x"])
KNOWN = st.lists(
    st.builds(
        KnownPaper,
        st.sampled_from("abcdef"),
        st.tuples(TITLES),
        st.frozensets(st.sampled_from([X, Y])),
        st.tuples(st.sampled_from([2017, 2020, 2024])),
    ),
    max_size=6,
    unique_by=lambda known: known.key,
)


@settings(max_examples=200, deadline=None)
@given(KNOWN, TITLES, st.frozensets(st.sampled_from([X, Y])), st.randoms())
def test_the_answer_does_not_depend_on_the_order(known, title, ids, random):
    shuffled = list(known)
    random.shuffle(shuffled)
    assert match_record(wanted(title, *ids), known) == match_record(wanted(title, *ids), shuffled)
