"""A trace of the calls to Meta, which helps to find the cause of a problem.

If the variable METAPIXEL_TRACE contains a path, each call appends a line of JSON to this file. The
lines contain no parameters, because these can be secrets.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import logging
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from metapixel_provider.errors import ConfigurationError, one_line

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Answer, Call

VARIABLE = "METAPIXEL_TRACE"
_LOG = logging.getLogger("metapixel.trace")
_OK = 200


def start() -> None:
    """Begin the trace, if the variable is set. Raise ConfigurationError."""
    if path := os.environ.get(VARIABLE):
        _LOG.addHandler(_file(path))
        _LOG.setLevel(logging.INFO)


def write(call: Call, answer: Answer, seconds: float, attempt: int) -> None:
    """Write a line about a call that has just been answered after a time, or got no answer."""
    fault = answer.error.fault if answer.error else None
    line = {
        "time": (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds"),
        "method": call.method,
        "path": call.path,
        "status": fault.status if fault else _OK,
        "code": fault.code if fault else 0,
        "subcode": fault.subcode if fault else 0,
        "trace_id": fault.trace if fault else "",
        "seconds": round(seconds, 3),
        "attempt": attempt,
    }
    _LOG.info(json.dumps(line))


class _File(logging.Handler):
    """A file to which several processes may append lines. A line that cannot be written is lost."""

    def __init__(self, path: str) -> None:
        super().__init__()
        how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(path, how, 0o600)
        if stat.S_ISREG(os.fstat(self._file).st_mode):
            os.fchmod(self._file, 0o600)  # The file may have existed.

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            os.write(self._file, f"{record.getMessage()}\n".encode())


@functools.cache
def _file(path: str) -> _File:
    try:
        if not os.path.isabs(path):
            raise OSError(errno.EINVAL, "the path is not absolute")
        return _File(path)
    except OSError as error:
        raise ConfigurationError(
            f"No calls can be traced to '{one_line(path, 200)}' ({error.strerror}); set {VARIABLE} "
            f"to the absolute path of a file that you can write to, or unset the variable"
        ) from None
