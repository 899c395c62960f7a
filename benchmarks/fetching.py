"""How many requests a survey's papers cost, beside the limits and beside one request per paper.

    python benchmarks/fetching.py

Serves made-up papers by the protocols of arXiv and Semantic Scholar on this machine, fetches all that LitAtlas wants to
know of them twice, and counts what arrives at the server. Then it asks the client packages by themselves for
one paper at a time, as their first examples show it, for a few papers; that number per paper is taken times all papers.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import tempfile
from pathlib import Path

import arxiv
from semanticscholar import AsyncSemanticScholar

sys.path.insert(0, str(Path(__file__).parent.parent))

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest.fetching import Wanted, fetch
from litatlas.ingest.responses import ResponseStore
from tests.loopback.corpus import Work, make_corpus
from tests.loopback.server import LoopbackServer

BARE = 30  # papers that the packages are asked for by themselves
SURVEY = "2312.03863"


def count_ours(papers: int) -> None:
    corpus = make_corpus(papers)
    survey = Work(SURVEY, "The Survey", references=tuple(work.arxiv for work in corpus))
    ids = tuple(PaperId(IdScheme.ARXIV, work.arxiv) for work in corpus)
    survey_id = PaperId(IdScheme.ARXIV, SURVEY)
    wanted = Wanted(arxiv=ids, semantic_scholar=ids, edges=ids, surveys=(survey_id,), texts=(survey_id,))
    with (
        tempfile.TemporaryDirectory() as directory,
        LoopbackServer([*corpus, survey]) as server,
        ResponseStore(Path(directory) / "responses.sqlite") as store,
    ):
        complete = fetch(wanted, server.services(), store).complete
        first = list(server.requests)
        fetch(wanted, server.services(), store)
        second = len(server.requests) - len(first)
    batches = [request for request in first if request.path.endswith("/batch")]
    edges = sum("references.paperId" in dict(request.query)["fields"] for request in batches)
    arxiv_requests = sum(request.path == "/api/query" for request in first)
    rest = len(first) - arxiv_requests - len(batches)
    print(f"\n{papers} papers and their survey{'' if complete else ' (NOT complete)'}    requests   limit")
    row("arXiv, metadata", arxiv_requests, math.ceil(papers / 100))
    row("Semantic Scholar, metadata", len(batches) - edges, math.ceil(papers / 500))
    row("Semantic Scholar, edges", edges, math.ceil(papers / 100))
    row("the survey: its text, and its references by 1,000", rest, 1 + math.ceil(papers / 1000))
    row("all, first run", len(first), None)
    row("all, second run", second, 0)


def row(what: str, count: int, limit: int | None) -> None:
    shown = "" if limit is None else f"{limit:8}{'' if count <= limit else '   EXCEEDED'}"
    print(f"  {what:52}{count:8}{shown}")


def count_bare(totals: list[int]) -> None:
    corpus = make_corpus(BARE)
    with LoopbackServer(corpus) as server:
        client = arxiv.Client(delay_seconds=0)
        client.query_url_format = server.address + "/api/query?{}"
        scholar = AsyncSemanticScholar(api_url=server.address)
        for work in corpus:
            list(client.results(arxiv.Search(id_list=[work.arxiv])))
            asyncio.run(_ask_bare(scholar, f"ARXIV:{work.arxiv}"))
        per_paper = len(server.requests) / BARE
    print(f"\nthe packages by themselves, one paper at a time: {per_paper:g} requests per paper (counted for {BARE})")
    for total in totals:
        print(f"  {f'{total} papers, that number times {total}':52}{per_paper * total:8.0f}")


async def _ask_bare(scholar: AsyncSemanticScholar, name: str) -> None:
    await scholar.get_paper(name, fields=["title", "externalIds", "citationCount"])
    await scholar.get_paper_references(name, fields=["title", "externalIds"], limit=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=[432, 1500])
    options = parser.parse_args()
    for papers in options.papers:
        count_ours(papers)
    count_bare(options.papers)


if __name__ == "__main__":
    main()
