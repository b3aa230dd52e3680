"""A trace of the calls to Meta, which helps to find the cause of a problem.

If the variable METAPIXEL_TRACE contains a path, each call appends a line of JSON to this file. The
lines contain no parameters, because these can be secrets.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from metapixel_provider.errors import ConfigurationError, Fault
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Call, Response

VARIABLE = "METAPIXEL_TRACE"


def start() -> bool:
    """Return whether calls are traced. Raise ConfigurationError if the file cannot be opened."""
    path = os.environ.get(VARIABLE)
    if path:
        _file(path)
    return bool(path)


def write(call: Call, response: Response, seconds: float, attempt: int) -> None:
    """Append a line about a call that has just ended. A line that cannot be written is lost."""
    fault = response.error.fault if response.error else Fault("", status=200)
    began = datetime.now(UTC) - timedelta(seconds=seconds)
    line = {
        "time": began.isoformat(timespec="milliseconds"),
        "method": call.method,
        "path": call.path,
        "status": fault.status,
        "code": fault.code,
        "subcode": fault.subcode,
        "trace_id": fault.trace,
        "seconds": round(seconds, 3),
        "attempt": attempt,
    }
    with contextlib.suppress(OSError):
        os.write(_file(os.environ[VARIABLE]), f"{json.dumps(line)}\n".encode())


@functools.cache
def _file(path: str) -> int:
    try:
        if not os.path.isabs(path):
            raise OSError(errno.EINVAL, "the path is not absolute")
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if stat.S_ISREG(os.fstat(file).st_mode):
            os.fchmod(file, 0o600)  # The file may have existed.
        return file
    except OSError as error:
        raise ConfigurationError(
            f"No calls can be traced to '{one_line(path, 200)}' ({error.strerror}); set {VARIABLE} "
            f"to the absolute path of a file that you can write to, or unset the variable"
        ) from None
