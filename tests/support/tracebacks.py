"""Tracebacks in the output of a command."""

from __future__ import annotations

import re

#: A frame of our packages in a traceback, or the error that contains the traceback of a bug.
_OURS = re.compile(
    r'File "[^"]*/(?:pulumi_metapixel|metapixel_(?:provider|plugin))/'
    r"|this is a bug in pulumi-metapixel"
)
#: How Pulumi reports an exception of a program, and how it reports a program that it canceled.
_OF_A_PROGRAM = "Program failed with an unhandled exception"
_CANCELED = re.compile(r"Exception: context canceled|resource monitor shut down")


def is_shown(output: str) -> bool:
    """Return True if the output has a traceback of our packages or of an exception of the program.

    After a resource failed, the engine interrupts the program. Pulumi then prints tracebacks of its
    own, which may end anywhere, because the engine stops to read them.
    """
    is_of_a_program = _OF_A_PROGRAM in output and not _CANCELED.search(output)
    return bool(_OURS.search(output)) or is_of_a_program
