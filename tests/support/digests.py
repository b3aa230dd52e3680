"""Digests of random results, to approve that they stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from random import Random

import pytest


def digests(result: Callable[[Random], str], groups: int, size: int = 20) -> str:
    """Return a line for each group of results, with the seeds of the group and its digest.

    With a seed in METAPIXEL_SHOWN, fail with the result of this seed, to compare it with another
    version of the code.
    """
    if shown := os.environ.get("METAPIXEL_SHOWN"):
        pytest.fail(result(Random(int(shown))), pytrace=False)
    lines = []
    for first in range(0, groups * size, size):
        texts = [result(Random(seed)) for seed in range(first, first + size)]
        digest = sha256("\n".join(texts).encode()).hexdigest()[:12]
        lines.append(f"{first}-{first + size - 1}: {digest}\n")
    return "".join(lines)
