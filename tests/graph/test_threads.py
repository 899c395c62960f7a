from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from litatlas.graph.threads import usable_cores

AT_HAND = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("100000 100000\n", 1),
        ("20000 100000\n", 1),
        ("110000 100000\n", min(2, AT_HAND)),
        ("99900000 100000\n", AT_HAND),
        ("max 100000\n", AT_HAND),
        ("100000 0\n", AT_HAND),
        ("nonsense", AT_HAND),
        (None, AT_HAND),
    ],
)
def test_no_more_cores_than_the_process_has(tmp_path: Path, quota: str | None, cores: int) -> None:
    path = tmp_path / "cpu.max"
    if quota is not None:
        path.write_text(quota)
    assert usable_cores(path) == cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no way to give up cores here")
@pytest.mark.parametrize(("asked", "expected"), [("64", 1), ("1", 1)])
def test_a_process_on_one_core_encodes_on_one_thread(asked: str, expected: int) -> None:
    """64 threads, as OMP_NUM_THREADS or a large machine would give, are lowered; fewer are never raised."""
    script = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "import torch; torch.set_num_threads(int(os.environ['ASKED']))\n"
        "from litatlas.graph.threads import limit_threads\n"
        "print(limit_threads(), torch.get_num_threads())\n"
    )
    environment = {**os.environ, "ASKED": asked}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(expected)] * 2
