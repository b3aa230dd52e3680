"""Tests of programs under Pulumi's mocks, which stay for the whole of a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_MOCKS = """
import pulumi
import pytest
from pulumi_metapixel import (
    AgencyAccess, ClientAccess, PixelAccess, PixelAgencyShare, PixelSharingStandingResponse,
)

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [f"{args.name}-id", args.inputs]

    def call(self, args):
        return {}

pulumi.runtime.set_all_config({"metapixel:today": "2026-11-26"})
pulumi.runtime.set_mocks(Mocks())

def inputs_are(resource, **expected):
    def check(values):
        assert values == list(expected.values())
    return pulumi.Output.all(*(getattr(resource, name) for name in expected)).apply(check)
"""


def run(tests: str, folder: Path) -> str:
    """Run tests in a process of its own, and return its output."""
    (folder / "test_program.py").write_text(_MOCKS + tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, capture_output=True, text=True).stdout
