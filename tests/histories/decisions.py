"""What errors ask a person to decide, decided for every share."""

from __future__ import annotations

from dataclasses import replace

from tests.histories.declarations import Program


def on_other_tasks(program: Program) -> Program:
    """The declared tasks count, whatever exists and whatever that costs."""
    return _all(program, on_existing="overwrite", allow_reshare=True)


def on_refused_requests(program: Program) -> Program:
    """Those who declined are asked once more."""
    return _all(program, resend="decided")


def _all(program: Program, **inputs: object) -> Program:
    shares = (replace(share, inputs={**share.inputs, **inputs}) for share in program.shares)
    return replace(program, shares=tuple(shares))
