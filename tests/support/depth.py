"""The depth of the tests. At a desk, `make test` runs a part of what CI runs.

A test with the mark `rest` runs only in `make test-rest`. A random test runs in both, with fewer
examples at a desk. In CI, programs and plugins are also real processes (`tests/support/quick`).
"""

from __future__ import annotations

import os

#: True in CI, where the variable CI is set, and in `make test-all`.
IN_CI = bool(os.environ.get("CI"))


def examples(variable: str, desk: int, ci: int) -> int:
    """Return the number of random examples: that of an environment variable, if it is set."""
    return int(os.environ.get(variable) or (ci if IN_CI else desk))
