"""The map of meaning on the disk, so that it is laid out once and papers stay where a reader knows them.

The file only saves work and keeps places: one that is damaged counts as none. It belongs to no generation of the
library and to no checksum; where it is removed, the next map may look different.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import numpy.typing as npt

from .library import Library
from .meaning_map import EDGE, MeaningMap, paper_vectors, quick_map, with_new_papers
from .storage import DRAFT_PREFIX

FILE = "map.npz"
_HEAD = ("keys", "hashes", "frame", "model")


class MapStore:
    """One map beside a library.

    Args:
        directory: the library's.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE

    def read(self) -> MeaningMap | None:
        """The map that was kept last, whichever vectors it was made of; None where there is none that makes sense."""
        try:
            with np.load(self._path, allow_pickle=False) as stored:
                head = json.loads(stored["head"].tobytes())
                keys, hashes, frame, model = (head[name] for name in _HEAD)
                points, laid = stored["points"], stored["laid"]
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None
        texts = [*keys, *hashes, frame, model] if isinstance(keys, list) and isinstance(hashes, list) else [None]
        if not all(isinstance(text, str) for text in texts) or len(set(keys)) != len(keys) or len(hashes) != len(keys):
            return None
        if not _are_places(points, laid, len(keys)):
            return None
        return MeaningMap(tuple(keys), tuple(hashes), points.astype(np.float32), laid, frame, model)

    def keep(self, made: MeaningMap) -> None:
        """Put a map in the place of the one before, whole or not at all; where nothing can be written, nothing is."""
        head = json.dumps({"keys": made.keys, "hashes": made.hashes, "frame": made.frame, "model": made.model})
        buffer = io.BytesIO()
        np.savez(buffer, head=np.frombuffer(head.encode(), np.uint8), points=made.points, laid=made.laid)
        with suppress(OSError):
            # Named like a draft, so that the next writer removes what a crash leaves.
            with NamedTemporaryFile(prefix=DRAFT_PREFIX, dir=self._path.parent, delete=False) as draft:
                draft.write(buffer.getbuffer())
            try:
                Path(draft.name).chmod(0o644)
                os.replace(draft.name, self._path)  # noqa: PTH105  # names are what it takes
            except OSError:
                Path(draft.name).unlink(missing_ok=True)


def map_at_hand(library: Library) -> MeaningMap:
    """The map that was kept, with papers that came since put beside the others; where none fits, a projection.

    Raises:
        LibraryDamaged: the vectors cannot be read.
    """
    papers = paper_vectors(library)
    return with_new_papers(papers, MapStore(library.directory).read()) or quick_map(papers)


def _are_places(points: npt.NDArray[np.generic], laid: npt.NDArray[np.generic], count: int) -> bool:
    if points.shape != (count, 2) or points.dtype != np.float32 or laid.shape != (count,) or laid.dtype != np.bool_:
        return False
    return bool(np.isfinite(points).all() and (np.abs(points.astype(np.float64)) <= EDGE * 1.01).all())
