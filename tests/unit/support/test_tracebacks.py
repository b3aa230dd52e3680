"""Which tracebacks in the output of a command count."""

from __future__ import annotations

import pytest

from tests.support import tracebacks

INTERRUPTED = """
    error: update failed
    Traceback (most recent call last):
      File "/engine/bin/pulumi-language-python-exec", line 244, in <module>
        executor.shutdown(wait=True)
"""
UNHANDLED = """
    error: Program failed with an unhandled exception:
    Traceback (most recent call last):
      File "/project/__main__.py", line 3, in <module>
"""


@pytest.mark.parametrize(
    ("output", "is_shown"),
    [
        pytest.param("error: update failed", False, id="none"),
        pytest.param(INTERRUPTED, False, id="of an interrupted program, cut off"),
        pytest.param(INTERRUPTED + "    KeyboardInterrupt", False, id="of an interrupted program"),
        pytest.param(UNHANDLED + "    Exception: context canceled", False, id="of a canceled call"),
        pytest.param(UNHANDLED + "    ValueError: wrong", True, id="of the program"),
        pytest.param('  File "/lib/metapixel_provider/a.py", line 3, in f', True, id="ours"),
    ],
)
def test_a_traceback_counts_unless_it_is_pulumis_own_of_a_canceled_program(
    output: str, is_shown: bool
) -> None:
    assert tracebacks.is_shown(output) is is_shown
