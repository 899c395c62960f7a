"""How many threads PyTorch may use for encoding: no more than the process has cores.

PyTorch takes one thread per physical core, or as many as OMP_NUM_THREADS says. In a container that is given a share of
a large machine it counts the whole machine's cores, and its threads wait for each other; so the number is lowered to
what the process really has, never raised.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # cgroup v2: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu


def limit_threads() -> int:
    """Lower PyTorch's number of threads to the cores of this process; how many there are now."""
    import torch  # noqa: PLC0415  # takes a second to load, which only who encodes should spend

    now = int(torch.get_num_threads())
    threads = min(now, usable_cores())
    if threads < now:
        torch.set_num_threads(threads)
    return threads


def usable_cores(quota: Path = _QUOTA) -> int:
    """The cores that this process may run on, and no more of them than its container's quota pays for; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    paid = _paid_for(quota)
    return max(1, allowed if paid is None else min(allowed, math.ceil(paid)))


def _paid_for(quota: Path) -> float | None:
    """Cores that a line like ``150000 100000`` (microseconds of each period) stands for; None where nothing limits."""
    try:
        limit, period = quota.read_text(encoding="ascii").split()
        return int(limit) / int(period)
    except (OSError, ValueError, ArithmeticError):  # no file, or ``max 100000``
        return None
