"""A library of many papers: the bundled surveys, and a crowd of papers from the corpus beside the repository.

    python benchmarks/crowded_library.py DIRECTORY --papers 50000

The bundled surveys are embedded by the real model. What the corpus lacks is made up, in a way that gives every page
something to do, and the same each time:

- vectors: embedding 50,000 abstracts for real takes tens of minutes, so the crowd's are hashed words through a seeded
  random projection, under the real model's name. Papers with like words lie near each other; a question's vector, which
  is the real model's, lies near none of them, so the crowd answers by its words alone.
- citations: those of a real graph, arXiv's hep-ph of 1992 to 2002, moved onto the papers in order of date.
- a survey: the crowd's vectors clustered into 72 topics, and those into 8 branches, named by the words that set them
  apart; each paper stands at the nearest topic, and one in ten at the second nearest as well.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.pipeline import make_pipeline

from litatlas.app.building import build, ingest_metadata
from litatlas.app.settings import Settings
from litatlas.graph.embedding import paper_text
from litatlas.graph.encoder import BUNDLED_MODEL, load_encoder
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.index import Vectors
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Placement, Source, SourceKind, Survey, TaxonomyNode

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LITATLAS_SHARED", ROOT.parent / "shared"))
CORPUS = SHARED / "data/corpora/arxiv-recent.jsonl.xz"
EDGES = SHARED / "data/corpora/cit-hepph-edges.tsv.xz"
SURVEY = "crowd"
BRANCHES, TOPICS = 8, 72
_WORDS = 2**14


class HashedWords:
    """Vectors of texts by their words alone, the rarer the weightier, under the name of the bundled model."""

    name = BUNDLED_MODEL

    def __init__(self, texts: Sequence[str]) -> None:
        self.fingerprint = load_encoder().fingerprint
        self._words = make_pipeline(
            HashingVectorizer(n_features=_WORDS, stop_words="english", alternate_sign=False, norm=None),
            TfidfTransformer(sublinear_tf=True),
        ).fit(texts)
        self._projection = np.random.default_rng(1).standard_normal((_WORDS, 384)).astype(np.float32)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        vectors = np.asarray(self._words.transform(texts) @ self._projection, dtype=np.float32) + np.float32(1e-6)
        return _unit(vectors)


def _unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CrowdPaper:
    """A paper of the crowd that the library took in."""

    key: str
    text: str


def build_crowded(directory: Path, papers: int, tell: Callable[[str], None] = lambda _: None) -> None:
    """Make a library of the bundled surveys and `papers` more in `directory`, which holds none yet."""
    settings = Settings(library=directory)
    tell("bundled surveys, by the real model")
    build(settings, lambda *_: None, with_map=not papers)
    if not papers:
        return
    with tempfile.TemporaryDirectory() as folder:
        tell(f"{papers:,} papers")
        corpus = take(CORPUS, papers, Path(folder) / "corpus.jsonl")
        ingest_metadata(settings, corpus, add_unknown=True)
        crowd = _crowd(directory, corpus)
    tell("their places")
    texts = [paper.text for paper in crowd]
    encoder = HashedWords(texts)
    vectors = encoder.encode(texts)
    _put_survey(directory, crowd, vectors)
    tell("their citations")
    _put_citations(directory, crowd)
    tell("their vectors, and the map")
    build(settings, lambda *_: None, load=lambda _: encoder)


def take(corpus: Path, papers: int, target: Path) -> Path:
    """The first lines of a corpus as a file of its own."""
    with lzma.open(corpus, "rt", encoding="utf-8") as source, target.open("w", encoding="utf-8") as written:
        written.writelines(line for number, line in enumerate(source) if number < papers)
    return target


def _crowd(directory: Path, corpus: Path) -> list[CrowdPaper]:
    """The papers of the corpus as the library knows them, in order of date."""
    with Library.edit(directory) as draft, corpus.open(encoding="utf-8") as lines:
        found: dict[str, CrowdPaper] = {}
        for record in sorted(map(json.loads, lines), key=lambda record: str(record["arxiv_id"])):
            if key := draft.find_by_id(PaperId(IdScheme.ARXIV, record["arxiv_id"])):
                found[key] = CrowdPaper(key, paper_text(record["title"], record["abstract"]))
        return list(found.values())


def _put_survey(directory: Path, crowd: Sequence[CrowdPaper], vectors: Vectors) -> None:
    source = Source(f"ontology:{SURVEY}", SourceKind.ONTOLOGY, "Clusters of the crowd", "made up by a benchmark")
    apart = _unit(vectors - vectors.mean(axis=0))  # what all have in common would make one large cluster
    topics = MiniBatchKMeans(min(TOPICS, len(crowd)), random_state=1, n_init=3, batch_size=4096).fit(apart)
    centres = _unit(topics.cluster_centers_)
    nearest = np.argsort(-apart @ centres.T, axis=1)[:, :2]
    branch_of = KMeans(min(BRANCHES, len(centres)), random_state=1, n_init=10).fit(centres).labels_
    nodes, leaves = _tree(crowd, nearest[:, 0], branch_of)
    with Library.edit(directory) as draft:
        draft.put_source(source)
        draft.put_survey(Survey(SURVEY, "A Crowd of Recent Papers, in Clusters", source.key), nodes)
        draft.put_placements(
            Placement(paper.key, leaves[topic], source.key, line, line)
            for line, (paper, near) in enumerate(zip(crowd, nearest, strict=True), start=1)
            for topic in near[: 1 + (line % 10 == 0)]
        )


def _tree(
    crowd: Sequence[CrowdPaper], topic_of: npt.NDArray[np.int64], branch_of: npt.NDArray[np.int32]
) -> tuple[list[TaxonomyNode], list[str]]:
    """The nodes, depth first, and the key of each topic."""
    topic_names, branch_names = _names(crowd, topic_of), _names(crowd, branch_of[topic_of])
    nodes: list[TaxonomyNode] = []
    leaves = [""] * len(branch_of)
    for branch, name in enumerate(branch_names):
        key = f"{SURVEY}/branch-{branch}"
        nodes.append(TaxonomyNode(key, SURVEY, name, None, (name,), len(nodes)))
        for topic in np.flatnonzero(branch_of == branch):
            leaves[topic] = f"{key}/topic-{topic}"
            path = (name, topic_names[topic])
            nodes.append(TaxonomyNode(leaves[topic], SURVEY, topic_names[topic], key, path, len(nodes)))
    return nodes, leaves


def _names(crowd: Sequence[CrowdPaper], group_of: npt.NDArray[np.integer]) -> list[str]:
    """For each group the three words that set its papers apart from the others, by their share in it."""
    words = CountVectorizer(stop_words="english", min_df=min(20, len(crowd)), binary=True)
    counts = words.fit_transform([paper.text for paper in crowd])
    everywhere = np.asarray(counts.mean(axis=0)).ravel()
    vocabulary = words.get_feature_names_out()
    names: list[str] = []
    for group in range(int(group_of.max()) + 1):
        share = np.asarray(counts[np.flatnonzero(group_of == group)].mean(axis=0)).ravel()
        best = np.argsort(-share * np.log((share + 1e-9) / everywhere))[:3]
        names.append(", ".join(vocabulary[number] for number in best))
    return names


def _put_citations(directory: Path, crowd: Sequence[CrowdPaper]) -> None:
    source = Source("edge-file:transplanted", SourceKind.EDGE_FILE, "Transplanted citations", "made up by a benchmark")
    with lzma.open(EDGES, "rt", encoding="utf-8") as lines:
        edges = [tuple(line.split()) for line in lines][1:]
    dated = sorted({end for edge in edges for end in edge}, key=_by_date)
    subject = {old: crowd[number * len(crowd) // len(dated)].key for number, old in enumerate(dated)}
    pairs = {(subject[citing], subject[cited]) for citing, cited in edges if subject[citing] != subject[cited]}
    with Library.edit(directory) as draft:
        draft.put_source(source)
        draft.put_citations(Citation(citing, cited, source.key) for citing, cited in sorted(pairs))


def _by_date(old_id: str) -> tuple[bool, str]:
    number = old_id.rpartition("/")[2]
    return number < "9", number  # 9201001 to 9912311, then 0001001 and on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--papers", type=int, default=50_000)
    arguments = parser.parse_args()
    if not CORPUS.is_file():
        sys.exit(f"The corpus {CORPUS.name} is not at hand; name the folder that holds data/ with LITATLAS_SHARED.")
    began = time.monotonic()
    build_crowded(
        arguments.directory, arguments.papers, lambda stage: print(f"{time.monotonic() - began:6.0f} s  {stage}")
    )
    print(f"{time.monotonic() - began:6.0f} s  done")


if __name__ == "__main__":
    main()
