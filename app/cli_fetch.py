"""`litatlas fetch`: asks arXiv, Semantic Scholar and OpenAlex for what the library lacks."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from .cli_options import ExitStatus, JsonOption, LibraryOption, ModelOption, explained, settings_of


def fetch(
    offline: Annotated[
        bool, typer.Option("--offline", help="Send nothing: use stored answers only, and list what they lack.")
    ] = False,
    by_title: Annotated[
        bool, typer.Option("--by-title", help="Look papers without any id up by title too, one request each.")
    ] = False,
    refresh: Annotated[
        int | None, typer.Option(min=0, metavar="DAYS", help="Ask again what was answered more than so many days ago.")
    ] = None,
    attend: Annotated[int | None, typer.Option("--attend", hidden=True, help="Stop when this process ends.")] = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch what the library lacks: abstracts, ids, counts and citations, politely and resumably.

    arXiv and Semantic Scholar are asked first, OpenAlex for papers that still have no abstract. No key is needed;
    LITATLAS_SEMANTIC_SCHOLAR_KEY and LITATLAS_OPENALEX_KEY make it faster. Every answer is stored: whatever stops a
    run, the next one repeats no request. Exit status 3: something is still lacking, run it again.

    Examples:

        litatlas fetch
        litatlas fetch --offline --json
        litatlas fetch --refresh 30
    """
    with explained():
        from .console import print_json_line
        from .console_fetch import fetch_progress, print_summary
        from .fetch_lines import SummaryLine
        from .fetch_state import attending, reporting
        from .fetching import fetch_missing

        settings = settings_of(library, model)
        with (
            stop_on_signal() as stop,
            fetch_progress(as_json=as_json, behind=attend is not None) as notify,
            attending(attend, stop),
            reporting(settings, notify, attended=attend is not None) as report,
        ):
            summary = fetch_missing(
                settings, report.notify, offline=offline, by_title=by_title, refresh=refresh, stop=stop
            )
            report.finish(summary)
        if as_json:
            print_json_line(SummaryLine.of(summary))
        else:
            print_summary(summary)
    if not summary.complete:
        raise typer.Exit(ExitStatus.PARTLY)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that a run ends between two steps with its answers taken in.

    A second signal ends it at once, which loses nothing either.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        typer.echo(
            "\nStopping after what is under way; once more ends it now. Nothing that was answered is lost.", err=True
        )

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
