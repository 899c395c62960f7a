"""The small library after services have answered: abstracts, counts, versions, a withdrawal, edges with their words."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, SourceKind
from litatlas.ingest.answers import SERVICE_SOURCES

ARXIV = SERVICE_SOURCES[SourceKind.ARXIV]
SEMANTIC_SCHOLAR = SERVICE_SOURCES[SourceKind.SEMANTIC_SCHOLAR]
OPENALEX = SERVICE_SOURCES[SourceKind.OPENALEX]

FEED, BATCH = "a1b2c3d4e5f6a1b2c3d4e5f6", "0f1e2d3c4b5a0f1e2d3c4b5a"
SHA = "ab" * 20


def add(directory: Path) -> None:
    """Put the answers into a library that `library_files.write` made."""
    arxiv = {"abstract": "It keeps salient weights.", "version": "3", "year": "2022"}
    counted = {"citation_count": "1234", "tldr": "Salient weights stay.", "venue": "MLSys"}
    with Library.edit(directory) as draft:
        draft.put_source(ARXIV)
        draft.put_source(SEMANTIC_SCHOLAR)
        draft.put_retrieval(FEED, "arxiv", "https://export.arxiv.org/api/query", "2026-11-20T10:00:00Z")
        draft.put_retrieval(BATCH, "semantic-scholar", "https://api.semanticscholar.org/x", "2026-11-21T10:00:00Z")
        draft.put_claims("awq", [Claim("awq", f, v, "arxiv", response=FEED) for f, v in arxiv.items()])
        draft.put_claims("awq", [Claim("awq", f, v, "semantic-scholar", response=BATCH) for f, v in counted.items()])
        draft.add_alias(PaperId(IdScheme.S2, SHA), "awq", "semantic-scholar")
        words = "This paper has been withdrawn by the author."
        draft.put_claims("wanda", [Claim("wanda", "withdrawn", words, "arxiv", response=FEED)])
        draft.put_citations(
            [
                Citation(
                    "awq",
                    "gptq",
                    "semantic-scholar",
                    contexts=("We build on GPTQ.", "Unlike GPTQ, we look at activations."),
                    intents=("methodology", "background"),
                    influential=True,
                    sections=("Method > Scaling",),
                    response=BATCH,
                ),
                Citation("h2o", "gptq", "semantic-scholar", influential=False, response=BATCH),
            ]
        )


def retract(directory: Path) -> None:
    """Let OpenAlex say that a paper was retracted, and nothing else."""
    with Library.edit(directory) as draft:
        draft.put_source(OPENALEX)
        draft.put_claims("h2o", [Claim("h2o", "retracted", "yes", "openalex")])
