"""The words that a model wants in front of a text: ``query: `` before questions, ``passage: `` before documents.

A model's own configuration says so (`prompts` in config_sentence_transformers.json, see
https://sbert.net/examples/sentence_transformer/applications/computing-embeddings/README.html#prompt-templates). Some
families were published without it; theirs stand here, with the page that states them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ModelError

CONFIGURATION = "config_sentence_transformers.json"
_DOCUMENT_NAMES = ("document", "passage", "corpus")  # in the order in which sentence-transformers looks for them


@dataclass(frozen=True, slots=True)
class Prompts:
    """What stands in front of a question, and in front of any other text."""

    query: str = ""
    document: str = ""

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits, or nothing where there are no prompts."""
        if self == Prompts():
            return ""
        return hashlib.sha256(json.dumps([self.query, self.document]).encode()).hexdigest()[:8]


_FAMILIES: tuple[tuple[re.Pattern[str], Prompts], ...] = (
    # https://huggingface.co/intfloat/e5-base-v2 and https://huggingface.co/intfloat/multilingual-e5-small
    (re.compile(r"(?:multilingual-)?e5-(?:small|base|large)(?:-v2|-unsupervised)?"), Prompts("query: ", "passage: ")),
    # https://huggingface.co/BAAI/bge-small-en-v1.5
    (
        re.compile(r"bge-(?:small|base|large)-en(?:-v1\.5)?"),
        Prompts("Represent this sentence for searching relevant passages: "),
    ),
    # https://huggingface.co/BAAI/bge-small-zh-v1.5
    (re.compile(r"bge-(?:small|base|large)-zh(?:-v1\.5)?"), Prompts("为这个句子生成表示以用于检索相关文章：")),
)


def read_prompts(directory: Path, name: str) -> Prompts:
    """The prompts of the model in a directory: as it is configured, else those of its family.

    Args:
        name: what the model is called, e.g. ``intfloat/e5-small-v2``; only the last part counts.

    Raises:
        ModelError: its configuration cannot be read.
    """
    configured = _configured(directory / CONFIGURATION)
    return configured if configured != Prompts() else _of_family(name)


def _of_family(name: str) -> Prompts:
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].lower()
    return next((prompts for pattern, prompts in _FAMILIES if pattern.fullmatch(last)), Prompts())


def _configured(path: Path) -> Prompts:
    fields = _read(path)
    named = fields.get("prompts") or {}
    if not isinstance(named, Mapping) or not all(isinstance(text, str | None) for text in named.values()):
        raise _damaged(path, "its prompts are not texts by name")
    prompts = {str(name): str(text) for name, text in named.items() if text}
    default = prompts.get(str(fields.get("default_prompt_name")), "")
    document = next((prompts[name] for name in _DOCUMENT_NAMES if name in prompts), default)
    return Prompts(prompts.get("query", default), document)


def _read(path: Path) -> Mapping[str, object]:
    try:
        fields = json.loads(path.read_bytes()) if path.is_file() else {}
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, f"it cannot be read ({type(error).__name__})") from error
    if not isinstance(fields, Mapping):
        raise _damaged(path, "it is no JSON object")
    return fields


def _damaged(path: Path, cause: str) -> ModelError:
    return ModelError(
        f"{path} is not a model's configuration: {cause}.", "Save the model again, or name another with --model."
    )
