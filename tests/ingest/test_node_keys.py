"""One numbering for all taxonomies: keys of namesakes, of names without Latin letters, of trees of any depth."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from litatlas.ingest.node_keys import NAMELESS, free_key, node_stem, number_nodes


@dataclass
class Twig:
    name: str
    line: int | None = None
    below: list[Twig] = field(default_factory=list)


def number(*roots: Twig) -> list[tuple[str, str | None, tuple[str, ...], int, int | None]]:
    nodes = [node for _, node in number_nodes(roots, "s", lambda twig: twig.below)]
    return [(node.key, node.parent, node.path, node.position, node.line) for node in nodes]


def test_namesakes_are_told_apart_below_one_node_only() -> None:
    assert number(Twig("A", 3, [Twig("B"), Twig(" b "), Twig("B 2"), Twig("B")]), Twig("B", 0)) == [
        ("s/a", None, ("A",), 0, 3),
        ("s/a/b", "s/a", ("A", "B"), 1, None),
        ("s/a/b-2", "s/a", ("A", "b"), 2, None),
        ("s/a/b-2-2", "s/a", ("A", "B 2"), 3, None),
        ("s/a/b-3", "s/a", ("A", "B"), 4, None),
        ("s/b", None, ("B",), 5, None),
    ]


def test_names_without_latin_letters_have_keys_that_last() -> None:
    (first, *_), (second, *_) = number(Twig("\u91cf\u5316"), Twig("\u526a\u679d"))
    assert (first, second) == (f"s/{node_stem(chr(0x91CF) + chr(0x5316))}", f"s/{node_stem(chr(0x526A) + chr(0x679D))}")
    assert first != second
    assert number(Twig("\u526a\u679d"))[0][0] == second, "whatever stands before it"
    assert number(Twig("\x00 "))[0][2] == (NAMELESS,)


def test_a_tree_may_be_deep_and_a_node_broad() -> None:
    deep = Twig("a")
    for _ in range(500):
        deep = Twig("a", None, [deep])
    assert len(number(deep)) == 501
    broad = number(*[Twig("a")] * 5_000)
    assert broad[-1][0] == "s/a-5000"


@given(st.recursive(st.builds(Twig, st.text(max_size=4)), lambda inner: st.builds(
    Twig, st.text("ab -2", max_size=3), st.none(), st.lists(inner, max_size=4)
), max_leaves=30))  # fmt: skip
def test_every_tree_is_numbered_depth_first_with_keys_of_its_own(root: Twig) -> None:
    def walk(twig: Twig) -> list[str]:
        return [twig.name, *(name for each in twig.below for name in walk(each))]

    numbered = list(number_nodes([root], "s", lambda twig: twig.below))
    assert [twig.name for twig, _ in numbered] == walk(root)
    keys = [node.key for _, node in numbered]
    assert len(set(keys)) == len(keys)
    for _, node in numbered:
        assert node.parent == (node.key.rsplit("/", 1)[0] if node.depth > 1 else None)
        assert node.depth == node.key.count("/")


@given(st.sets(st.sampled_from(["k", "k-2", "k-3", "k-5"])))
def test_a_free_key_is_the_first_that_is_not_taken(taken: set[str]) -> None:
    expected = next(key for key in ["k", "k-2", "k-3", "k-4"] if key not in taken)
    assert free_key("k", taken) == expected
