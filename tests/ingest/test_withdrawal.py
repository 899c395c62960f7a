"""Withdrawn papers: what arXiv's comments and summaries say, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.ingest.withdrawal import LONGEST_QUOTE, find_withdrawal


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author",
        "Withdrawn: an error in Lemma 3",
        "12 pages. The submission is withdrawn because of a sign error",
        "arXiv admin note: submission has been withdrawn by arXiv administrators",
        "WITHDRAWAL requested by the authors",
    ],
)
def test_a_comment_that_says_so(comment):
    assert find_withdrawal(comment, "An ordinary summary.", 2) == comment


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ("This paper has been withdrawn due to a bug. The rest.", "This paper has been withdrawn due to a bug."),
        ("Old text. The authors have withdrawn this paper.", "The authors have withdrawn this paper."),
        ("We are withdrawing the paper. Thanks.", "We are withdrawing the paper."),
    ],
)
def test_a_summary_that_says_so_is_quoted_by_its_sentence(summary, words):
    assert find_withdrawal(None, summary, 3) == words


@pytest.mark.parametrize(
    ("comment", "summary", "version"),
    [
        ("This paper has been withdrawn by the author", "", 1),  # nothing was public before a first version
        ("This paper has been withdrawn by the author", "", None),
        ("12 pages, 3 figures", "In this paper we study alcohol withdrawal in mice.", 2),
        ("Accepted at a conference", "Deposits are withdrawn by customers of the bank; the paper asks when.", 4),
        (None, None, 7),
        ("", "", 2),
    ],
)
def test_what_is_no_withdrawal(comment, summary, version):
    assert find_withdrawal(comment, summary, version) is None


def test_a_note_of_the_administrators_is_proof_whatever_the_version():
    note = "arXiv admin note: this submission has been withdrawn for disputed authorship"
    assert find_withdrawal(note, None, 1) == note
    assert find_withdrawal(note, None, None) == note


@given(st.text(max_size=300), st.text(max_size=300), st.none() | st.integers(0, 9))
def test_any_text_gives_words_of_bounded_length_or_none(comment, summary, version):
    found = find_withdrawal(comment, summary, version)
    assert found is None or 0 < len(found) <= LONGEST_QUOTE


def test_long_texts_are_read_in_time_that_grows_with_their_length():
    assert find_withdrawal("paper " * 100_000, "this paper has been " * 100_000, 2) is None
