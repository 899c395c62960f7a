from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.app.fetch_news import NewsKind, fetch_news, gain_words, missing_words, open_tasks
from litatlas.app.fetch_state import FetchPhase, FetchState, SourceProgress
from litatlas.graph.models import Counts
from litatlas.ingest.services import Purpose, SourceName
from litatlas.ingest.tasks import Task, TaskStatus

COUNTS = Counts(papers=432, abstracts=78)
ARXIV = SourceProgress(SourceName.ARXIV, Purpose.METADATA, 200, 354)


def test_progress_is_told_per_source() -> None:
    news = fetch_news(FetchState(FetchPhase.RUNNING, 1, 100.0, (ARXIV,)), COUNTS, 101.0)
    assert (news.kind, news.command, news.goes_on) == (NewsKind.RUNNING, None, True)
    assert [(line.text, line.share) for line in news.progress] == [
        ("arXiv: abstracts and authors 200 of 354", 200 / 354)
    ]


@pytest.mark.parametrize(
    ("next_try", "kind", "headline"),
    [
        (112.2, NewsKind.WAITING, "Fetching what is missing; next try in 13 s."),
        (100.5, NewsKind.RUNNING, "Fetching what is missing."),
        (90.0, NewsKind.RUNNING, "Fetching what is missing."),
        (float("inf"), NewsKind.RUNNING, "Fetching what is missing."),
        (float("nan"), NewsKind.RUNNING, "Fetching what is missing."),
    ],
)
def test_a_wait_is_told_while_it_lasts(next_try: float, kind: NewsKind, headline: str) -> None:
    state = FetchState(FetchPhase.RUNNING, 1, 100.0, (ARXIV,), next_try)
    news = fetch_news(state, COUNTS, 100.0)
    assert (news.kind, news.headline) == (kind, headline)


def test_a_fetch_that_has_not_asked_yet_is_told() -> None:
    news = fetch_news(FetchState(FetchPhase.RUNNING, 1, 100.0), COUNTS, 101.0)
    assert news.headline == "Fetching what is missing: about to ask the services."


def test_what_is_lacking_is_told_with_the_reason_and_the_command() -> None:
    state = FetchState(FetchPhase.LACKING, 1, 100.0, (ARXIV,), lacking=1118, reasons=("arXiv asks to wait",))
    news = fetch_news(state, COUNTS, 101.0)
    assert news.headline == "Not everything could be fetched. 354 papers have no abstract."
    assert (news.reasons, news.command, news.progress) == (("arXiv asks to wait",), "litatlas fetch", ())


def test_services_out_of_reach_are_told_in_one_sentence_and_without_the_system_s_words() -> None:
    reasons = tuple(
        f"{name} cannot be reached: [Errno -2] Name or service not known" for name in ("arXiv", "Semantic Scholar")
    )
    state = FetchState(FetchPhase.LACKING, 1, 100.0, lacking=3481, reasons=(*reasons, "OpenAlex asks to wait"))
    news = fetch_news(state, Counts(papers=432), 101.0)
    assert news.headline == ("arXiv and Semantic Scholar could not be reached (no network?). Search works on titles.")
    assert news.reasons == ("OpenAlex asks to wait",)
    one = FetchState(FetchPhase.LACKING, 1, 100.0, lacking=1, reasons=reasons[:1])
    assert fetch_news(one, None, 101.0).headline == "arXiv could not be reached (no network?)."


def test_a_fetch_that_was_stopped_or_failed_is_told() -> None:
    stopped = fetch_news(FetchState(FetchPhase.LACKING, 1, 100.0), COUNTS, 101.0)
    assert stopped.headline == "Fetching was stopped before its end. 354 papers have no abstract."
    failed = fetch_news(FetchState(FetchPhase.FAILED, 1, 100.0, reasons=("The disk is full.",)), COUNTS, 101.0)
    assert (failed.kind, failed.reasons, failed.command) == (
        NewsKind.FAILED,
        ("The disk is full.",),
        "litatlas fetch",
    )


def test_a_fetch_that_is_done_asks_for_no_command() -> None:
    news = fetch_news(FetchState(FetchPhase.DONE, 1, 100.0), Counts(papers=3, abstracts=3), 101.0)
    assert news.headline == "Everything that was missing has been fetched, or is proven not to be there."
    assert (news.command, news.goes_on) == (None, False)


@pytest.mark.parametrize("phase", FetchPhase)
def test_counts_that_are_old_are_not_told(phase: FetchPhase) -> None:
    assert "abstract" not in fetch_news(FetchState(phase, 1, 100.0, (ARXIV,)), None, 101.0).headline


def test_news_that_were_put_away_come_back_when_they_are_others() -> None:
    def key(phase: FetchPhase, process: int = 1, changed: float = 100.0) -> str:
        return fetch_news(FetchState(phase, process, changed), COUNTS, 101.0).key

    assert key(FetchPhase.RUNNING) == key(FetchPhase.RUNNING, changed=105.0)
    others = [
        key(FetchPhase.RUNNING),
        key(FetchPhase.RUNNING, 2),
        key(FetchPhase.LACKING),
        key(FetchPhase.LACKING, changed=200.0),
        key(FetchPhase.DONE),
    ]
    assert len(set(others)) == len(others)


def test_numbers_are_told_in_words() -> None:
    assert missing_words(Counts(papers=1)) == "1 paper has no abstract."
    assert missing_words(Counts(papers=1, abstracts=1)) == ""
    gained = gain_words(Counts(papers=5, abstracts=1), Counts(papers=6, abstracts=3, citations=1))
    assert gained == "2 new abstracts, 1 new citation, 1 new paper"
    assert gain_words(Counts(abstracts=5), Counts(abstracts=3)) == ""


@given(
    st.builds(
        FetchState,
        phase=st.sampled_from(FetchPhase),
        process=st.integers(),
        changed=st.floats(),
        progress=st.lists(
            st.builds(
                SourceProgress,
                source=st.sampled_from(SourceName),
                purpose=st.sampled_from(Purpose),
                done=st.integers(),
                total=st.integers(),
                message=st.text(),
            ),
            max_size=4,
        ).map(tuple),
        next_try=st.none() | st.floats(),
        lacking=st.integers(),
        reasons=st.lists(st.text(), max_size=3).map(tuple),
    ),
    st.builds(Counts, papers=st.integers(0, 10**9), abstracts=st.integers(0, 10**9)),
)
def test_any_state_is_told(state: FetchState, counts: Counts) -> None:
    news = fetch_news(state, counts, 1e9)
    assert news.headline
    assert all(0 <= line.share <= 1 for line in news.progress)
    assert (news.command is None) == (state.phase in {FetchPhase.RUNNING, FetchPhase.DONE})


def task(key: str, status: TaskStatus, reason: str | None, source: SourceName = SourceName.ARXIV) -> Task:
    return Task(source, Purpose.METADATA, key, status, reason=reason)


def test_open_tasks_are_told_by_their_reason() -> None:
    tasks = [task(str(n), TaskStatus.PENDING, "it is out of order") for n in range(3)]
    tasks += [task("x", TaskStatus.FAILED, None, SourceName.OPENALEX), task("y", TaskStatus.MISSING, "not there")]
    assert [(each.text, each.reason) for each in open_tasks(tasks)] == [
        ("3 of arXiv: abstracts and authors pending", "it is out of order"),
        ("1 of OpenAlex: second opinions failed", ""),
    ]


def test_many_reasons_are_counted() -> None:
    lines = open_tasks(task(str(n), TaskStatus.FAILED, f"reason {n}") for n in range(20))
    assert len(lines) == 7
    assert lines[-1].text.startswith("and 14 more kinds")
