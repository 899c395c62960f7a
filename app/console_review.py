"""What `litatlas review` prints."""

from __future__ import annotations

from rich.text import Text

from litatlas.graph.network import plain_text
from litatlas.graph.review import Doubt
from litatlas.graph.sameness import Reason, Verdict
from litatlas.graph.telling import counted

from .console import out, say, text
from .reviewing import Decision, MergeLog, Review

_MOST = 30


def print_review(review: Review) -> None:
    """Pairs that may be one paper, and ids that lead to another title."""
    if not review.pairs and not review.strays:
        out.print("Nothing waits for a decision.")
        return
    if review.pairs:
        out.print(Text(f"May be one paper: {counted(len(review.pairs), 'pair')}", "bold"))
    for pair in review.pairs[:_MOST]:
        ids = ", ".join(map(str, pair.ids))
        why = f"share {ids}, titles" if pair.doubt is Doubt.SHARED_ID else "titles"
        out.folded(Text.assemble(("  " + plain_text(pair.first.title), "cyan"), (f"  {pair.first.key}", "dim")), 4)
        out.folded(Text.assemble(("  " + plain_text(pair.second.title), "cyan"), (f"  {pair.second.key}", "dim")), 4)
        out.folded(text(f"    {why} {pair.likeness:.0f} % alike"))
    _and_more(len(review.pairs))
    if review.strays:
        out.print(Text(f"Links that lead to another work: {len(review.strays):,}", "bold"))
    for stray in review.strays[:_MOST]:
        out.folded(text(f"  {stray.service.value} knows {stray.title!r} by {', '.join(map(str, stray.ids[:2]))}"), 4)
        out.folded(text(f"    {stray.reason}", "dim"))
    _and_more(len(review.strays))
    if review.pairs:
        say("Decide with `litatlas review same KEY KEY` or `litatlas review apart KEY KEY`.")


def print_log(log: MergeLog) -> None:
    """What was joined and why, and the reader's verdicts."""
    if not log.joined and not log.verdicts:
        out.print("No works were joined.")
        return
    for joined in log.joined:
        out.folded(text(joined.paper.title, "bold"), 2)
        for key, title in joined.titles:
            out.folded(Text.assemble(f"  {plain_text(title)}", (f"  {key}", "dim")), 4)
        for reason in joined.reasons:
            out.folded(text(f"    {_why(reason)}", "dim"))
    for reason in log.verdicts:
        if reason.verdict is Verdict.APART:
            out.folded(text(f"kept apart since {reason.source}: {reason.first} and {reason.second}"), 2)
    say("Undo a merge with `litatlas review apart KEY KEY`.")


def _why(reason: Reason) -> str:
    if reason.rule == "reader":
        return f"decided by hand, {reason.source}"
    return f"{reason.rule.replace('-', ' ')}: {reason.first} and {reason.second} ({reason.source})"


def print_decision(decision: Decision) -> None:
    """What was decided, and what became of the number of papers."""
    verdict = {Verdict.SAME: "one paper", Verdict.APART: "two papers", None: "left to the rules again"}
    say(f"{decision.first} and {decision.second}: {verdict[decision.verdict]}.")
    if not decision.holds:
        say("It does not hold: other decisions about the same works contradict it. `litatlas review log` shows them.")
    say(f"The library has {decision.papers_after:,} papers, {decision.papers_before:,} before.")
    if decision.papers_after != decision.papers_before:
        say("Run `litatlas build` to embed what changed.")


def _and_more(count: int) -> None:
    if count > _MOST:
        say(f"and {count - _MOST:,} more; --json lists all")
