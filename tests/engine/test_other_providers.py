"""Dynamic providers of a program's own, which run in the same process as ours, and plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

FAILS = """
from pulumi.dynamic import Resource, ResourceProvider

class Failing(ResourceProvider):
    def create(self, props):
        return {}["missing"]

class Other(Resource):
    pass

Other(Failing(), "other", {}, pulumi.ResourceOptions(depends_on=[ours]))
"""


def test_the_traceback_of_another_provider_stays_whole(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("ours", PIXEL, NORTHLIGHT), FAILS))

    failed = made.pulumi("up", "--yes", "--skip-preview", ok=False).output

    assert 'return {}["missing"]' in failed
    assert "KeyError: 'missing'" in failed
