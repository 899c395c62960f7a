"""`litatlas review`: what is doubtful about who is who, what was joined, and the reader's decisions."""

from __future__ import annotations

from typing import Annotated

import typer

from litatlas.graph.sameness import Verdict

from .cli_options import JsonOption, LibraryOption, explained, settings_of

review = typer.Typer()

First = Annotated[str, typer.Argument(help="A work: its key as `litatlas review log` shows it, or id or title.")]
Second = Annotated[str, typer.Argument(help="The other one.")]


@review.callback(invoke_without_command=True)
def doubtful(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Works that may be one paper and links that lead elsewhere; subcommands decide, undo, and show what was joined.

    Without a subcommand: what waits for a decision.

    Examples:

        litatlas review
        litatlas review --json
        litatlas review same gptq gptq-accurate-quantization
    """
    if context.invoked_subcommand:
        if as_json:
            raise typer.BadParameter("--json goes behind the subcommand")
        context.obj = library
        return
    with explained():
        from . import reviewing
        from .console import print_json
        from .console_review import print_review

        found = reviewing.review(settings_of(library))
        print_json(found) if as_json else print_review(found)


@review.command()
def log(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What was joined, by which rule and source, and what was decided by hand.

    The keys of works stand here, for `review same`, `apart` and `undo`.

    Examples:

        litatlas review log
        litatlas review log --json
    """
    with explained():
        from . import reviewing
        from .console import print_json
        from .console_review import print_log

        found = reviewing.merge_log(settings_of(library or context.obj))
        print_json(found) if as_json else print_log(found)


@review.command()
def same(
    context: typer.Context, first: First, second: Second, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Two works are one paper, whatever the rules say.

    The decision is kept when lists are read again; `review undo` takes it back.

    Examples:

        litatlas review same gptq gptq-accurate-quantization
        litatlas review same arxiv:2306.00978 awq-2 --json
    """
    _decide(first, second, Verdict.SAME, library or context.obj, as_json)


@review.command()
def apart(
    context: typer.Context, first: First, second: Second, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Two works are two papers, whatever the rules say; this undoes a merge.

    The decision is kept when lists are read again; `review undo` takes it back.

    Examples:

        litatlas review apart gptq gptq-accurate-quantization
        litatlas review apart arxiv:2306.00978 awq-2 --json
    """
    _decide(first, second, Verdict.APART, library or context.obj, as_json)


@review.command()
def undo(
    context: typer.Context, first: First, second: Second, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Take back what was decided about two works; the rules hold again.

    Where nothing was decided about them, that is an error.

    Examples:

        litatlas review undo gptq gptq-accurate-quantization
        litatlas review undo arxiv:2306.00978 awq-2 --json
    """
    _decide(first, second, None, library or context.obj, as_json)


def _decide(first: str, second: str, verdict: Verdict | None, library: LibraryOption, as_json: bool) -> None:
    with explained():
        from . import reviewing
        from .console import print_json
        from .console_review import print_decision

        done = reviewing.decide(settings_of(library), first, second, verdict)
        print_json(done) if as_json else print_decision(done)
