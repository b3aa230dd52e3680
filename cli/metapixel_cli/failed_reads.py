"""The causes of reads that failed."""

from __future__ import annotations

import re

#: The parts of a reason that differ between the reads of one cause.
_VARYING = re.compile(r"trace id [^,)]*|ad accounts|assigned users")


def cause(reason: str, id_: str = "") -> str:
    """Return the part of a reason that is the same for all reads that failed for this cause.

    `id_` is the id of the asset that was to be read.
    """
    return _VARYING.sub("", reason.replace(id_, "") if id_ else reason)
