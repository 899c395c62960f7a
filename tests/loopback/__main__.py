"""The loopback server as a process: prints its address, serves until it is ended."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from .corpus import make_corpus
from .faults import Fault, Oddity, Plan, Rule
from .server import LoopbackServer
from .survey import survey_corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=30, help="size of the made-up corpus")
    parser.add_argument(
        "--survey", type=Path, help="serve the papers of the first survey, from this directory of real data"
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="gets a line of JSON per request")
    parser.add_argument("--fault", action="append", default=[], help="FAULT[:PATH[:TIMES]], e.g. rate-limit:/graph:3")
    parser.add_argument("--odd", action="append", default=[], choices=[odd.value for odd in Oddity])
    options = parser.parse_args()
    plan = Plan([_rule(text) for text in options.fault], frozenset(map(Oddity, options.odd)))
    corpus = survey_corpus(options.survey) if options.survey else make_corpus(options.papers)
    with LoopbackServer(corpus, plan, log=options.log, port=options.port) as server:
        print(server.address, flush=True)
        threading.Event().wait()


def _rule(text: str) -> Rule:
    fault, path, times = [*text.split(":"), "", ""][:3]
    return Rule(Fault(fault), path or "/", int(times) if times else None)


if __name__ == "__main__":
    main()
