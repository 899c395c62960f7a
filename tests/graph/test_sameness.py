from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.sameness import Verdict, choose_keys, group_subjects, ordered

SUBJECTS = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.tuples(SUBJECTS, SUBJECTS).filter(lambda pair: pair[0] != pair[1]), max_size=12)


def test_pairs_that_share_a_member_are_one_group() -> None:
    assert group_subjects([("a", "b"), ("c", "b"), ("x", "y")], {}) == [frozenset("abc"), frozenset("xy")]


def test_a_reader_keeps_two_apart_whatever_joins_them() -> None:
    apart = {("a", "c"): Verdict.APART}
    assert group_subjects([("a", "b"), ("b", "c")], apart) == [frozenset("ab")]
    assert group_subjects([("a", "c")], apart) == []


def test_a_reader_joins_what_no_rule_joins() -> None:
    assert group_subjects([], {("a", "b"): Verdict.SAME}) == [frozenset("ab")]


def test_the_reader_goes_before_the_rules() -> None:
    """b belongs with c by the reader, so the rule's a-b would bring a and c together, which are apart."""
    verdicts = {("b", "c"): Verdict.SAME, ("a", "c"): Verdict.APART}
    assert group_subjects([("a", "b")], verdicts) == [frozenset("bc")]


@given(PAIRS, PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(pairs, apart, random) -> None:
    verdicts = {ordered(*pair): Verdict.APART for pair in apart}
    groups = group_subjects([], verdicts, firm=pairs)
    shuffled = [tuple(random.sample(pair, 2)) for pair in pairs]
    random.shuffle(shuffled)
    again = dict(random.sample(sorted(verdicts.items()), len(verdicts)))
    assert group_subjects([], again, firm=shuffled) == groups
    assert all(not {first, second} <= group for group in groups for first, second in verdicts)


@given(PAIRS)
def test_without_verdicts_the_groups_are_the_connected_components(pairs) -> None:
    import networkx as nx

    expected = {frozenset(part) for part in nx.connected_components(nx.Graph(pairs))}
    assert set(group_subjects(pairs, {})) == expected


def test_a_list_keeps_its_entries_apart_except_against_services_and_readers() -> None:
    lists = {"a": frozenset({"l"}), "b": frozenset({"m"}), "c": frozenset({"l"})}
    pairs = [("a", "b"), ("b", "c")]
    assert group_subjects(pairs, {}, lists=lists) == [frozenset("ab")]
    assert group_subjects(pairs[::-1], {}, lists=lists) == [frozenset("bc")], "the surer pair comes first"
    assert group_subjects(pairs, {}, firm=[("b", "c")], lists=lists) == [frozenset("bc")]
    assert group_subjects([], {}, firm=pairs, lists=lists) == [frozenset("abc")]
    assert group_subjects(pairs, {("a", "c"): Verdict.SAME}, lists=lists) == [frozenset("abc")]


def test_a_paper_goes_by_the_key_that_a_survey_places() -> None:
    assert choose_keys([frozenset("abc")], placed={"b", "c"}) == dict.fromkeys("abc", "b")
    assert choose_keys([frozenset("abc")], placed=()) == dict.fromkeys("abc", "a")
