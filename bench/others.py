"""The processor time that other processes of the machine used during the benchmark."""

from __future__ import annotations

import os
import time
from pathlib import Path

_STAT = Path("/proc/stat")
#: The fields of a line of /proc/stat that are not idle time: user, nice, system, irq, softirq and
#: steal, which is the time that the host of a virtual machine gave to other machines.
_BUSY = (1, 2, 3, 6, 7, 8)


class Others:
    """A measurement of the other processes, which starts when the object is created."""

    def __init__(self) -> None:
        self._started, self._used = time.monotonic(), _of_others()

    def share(self) -> float:
        """Return the part of the processor time that others used, or 0 if it is unknown."""
        elapsed = time.monotonic() - self._started
        return max(0.0, _of_others() - self._used) / (elapsed * (os.cpu_count() or 1))


def _of_others() -> float:
    if not _STAT.exists():
        return 0.0
    fields = _STAT.read_text().splitlines()[0].split()
    busy = sum(int(fields[each]) for each in _BUSY) / os.sysconf("SC_CLK_TCK")
    times = os.times()
    ours = times.user + times.system + times.children_user + times.children_system
    return busy - ours
