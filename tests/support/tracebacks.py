"""Tracebacks in the output of a command."""

from __future__ import annotations

import re

#: A frame of our packages in a traceback, or the error that contains the traceback of a bug.
_OURS = re.compile(
    r'File "[^"]*/(?:metapixel_provider|pulumi_metapixel)/|this is a bug in pulumi-metapixel'
)
#: What Pulumi's traceback ends with if the engine stopped while the program registered a resource.
_CANCELED = re.compile(r"Exception: context canceled|resource monitor shut down")


def is_shown(output: str) -> bool:
    """Return True if a traceback is shown that is not Pulumi's own of a canceled program."""
    is_canceled = _CANCELED.search(output) and not _OURS.search(output)
    return "Traceback" in output and not is_canceled
