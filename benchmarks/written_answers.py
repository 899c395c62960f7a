"""Whether the check of written answers keeps what papers support and leaves out what they do not.

    python benchmarks/written_answers.py               # 60 papers of the first survey
    python benchmarks/written_answers.py --papers 400  # all that have a note and an abstract

The notes of the first survey stand for what a writer sends: each says in other words what a paper does, so its own
abstract supports it, and no other does. Each is tried with the abstract of its paper; with that of the paper nearest to
the note among all others, which is the hardest to tell apart; and with its own, after one number in it was changed, or
what it says was denied. Beside the check stand two plainer ones: any mark of a paper is believed; the cosine alone.
The evidence is what a writer gets: of each paper the three sentences nearest to the question, which here is its title.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.grounded_answer import AnswerPaper, GroundedAnswer, Wording
from litatlas.graph.index import Vectors
from litatlas.graph.models import Paper
from litatlas.graph.sentences import split_sentences
from litatlas.graph.support import LEAST_SUPPORT, check_written

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LITATLAS_SHARED", ROOT.parent / "shared"))
_EVIDENCE = 3
_DENIABLE = re.compile(
    r"\b(?:improves|reduces|uses|trains|quantizes|prunes|compresses|keeps|lets|adds|learns|selects)\b"
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A paper with its note and the sentences of its abstract."""

    title: str
    note: str
    evidence: tuple[str, ...]
    vectors: Vectors
    note_vector: Vectors


def load(encoder: Encoder, most: int) -> list[Noted]:
    notes = {}
    for line in (ROOT / "data" / "efficient-llms" / "notes.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        notes |= {name: record for name in record["ids"] if name.startswith("arxiv:")}
    noted = []
    for line in (SHARED / "data" / "abstracts.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        note = notes.get(f"arxiv:{record['arxiv_id']}")
        sentences = split_sentences(record["abstract"] or "")
        if note and len(sentences) >= _EVIDENCE and len(noted) < most:
            vectors = encoder.encode([note["note"], record["title"], *sentences])
            nearest = sorted(np.argsort(-(vectors[2:] @ vectors[1]))[:_EVIDENCE])
            evidence = tuple(sentences[row] for row in nearest)
            noted.append(Noted(record["title"], note["note"], evidence, vectors[2:][nearest], vectors[0]))
    return noted


def other_number(note: str) -> str | None:
    """The note with its first number doubled and one more; None where it has none."""
    changed, times = re.subn(r"(?<![\w.])\d+(?![\w.]*-)", lambda found: str(2 * int(found.group()) + 1), note, count=1)
    return changed if times else None


def denied(note: str) -> str | None:
    """The note with its first verb denied; None where it has none of those that can be."""
    changed, times = _DENIABLE.subn(lambda found: f"never {found.group()}", note, count=1)
    return changed if times else None


def kept(encoder: Encoder, pairs: Sequence[tuple[str, Noted]]) -> int:
    return sum(bool(check_written(f"{note} [1]", answer_of(paper), encoder, "", "").sentences) for note, paper in pairs)


def answer_of(paper: Noted) -> GroundedAnswer:
    cited = AnswerPaper(1, Paper("p", paper.title), None, paper.evidence)
    return GroundedAnswer(paper.title, Wording.QUOTES, (), (cited,))


def by_cosine(encoder: Encoder, pairs: Sequence[tuple[str, Noted]]) -> int:
    vectors = encoder.encode([note for note, _ in pairs])
    near = [float((paper.vectors @ vector).max()) for vector, (_, paper) in zip(vectors, pairs, strict=True)]
    return sum(similarity >= LEAST_SUPPORT for similarity in near)


def nearest_other(row: int, noted: Sequence[Noted]) -> Noted:
    near = [
        -2.0 if other == row else float((each.vectors @ noted[row].note_vector).max())
        for other, each in enumerate(noted)
    ]
    return noted[int(np.argmax(near))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=60, help="how many")
    encoder = load_encoder()
    noted = load(encoder, parser.parse_args().papers)
    changes: dict[str, Callable[[str], str | None]] = {"a number changed": other_number, "a verb denied": denied}
    trials = {
        "its own paper (should be kept)": [(each.note, each) for each in noted],
        "the nearest other paper": [(each.note, nearest_other(row, noted)) for row, each in enumerate(noted)],
    }
    for name, change in changes.items():
        trials[f"its own, {name}"] = [(text, each) for each in noted if (text := change(each.note))]
    print(f"{'kept, of notes tried with':34} {'tried':>6} {'any mark':>9} {'cosine':>7} {'ours':>6}")
    for name, pairs in trials.items():
        shares = [
            f"{count / max(1, len(pairs)):.0%}"
            for count in (len(pairs), by_cosine(encoder, pairs), kept(encoder, pairs))
        ]
        print(f"{name:34} {len(pairs):6,} {shares[0]:>9} {shares[1]:>7} {shares[2]:>6}")


if __name__ == "__main__":
    main()
