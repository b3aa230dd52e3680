"""The ways to remove resources, or to keep them under another name, as a person types them."""

from __future__ import annotations

import pytest

from tests.engine.removal.states import KEPT, STATES
from tests.engine.removal.steps import Leaves, Step, Way
from tests.support.programs import program, share

_FIRST = "delete_before_replace=True"
_UNKNOWN = "1290034567777777"
_FAILING = share("failing", _UNKNOWN, KEPT.agency)
_INVALID = share("invalid", _UNKNOWN, KEPT.agency, "NO_SUCH_TASK")
_BEHIND = [each.declared("-renamed", opts="depends_on=[failing]") for each in STATES]

#: The programs of the steps. Each also declares KEPT.
PROGRAMS = {
    name: program(KEPT.declared(), *statements)
    for name, statements in {
        "declared": [each.declared() for each in STATES],
        "deleted first": [each.declared(opts=_FIRST) for each in STATES],
        "removed": [],
        "removed beside a failure": [_FAILING],
        "removed beside an invalid": [_INVALID],
        "raises": ["raise RuntimeError"],
        "renamed": [each.declared("-renamed") for each in STATES],
        "renamed behind a failure": [_FAILING, *_BEHIND],
        "moved": [each.moved() for each in STATES],
        "moved, deleted first": [each.moved(_FIRST) for each in STATES],
    }.items()
}


def _up(command: str, *before: Step, cut: str = "", **environment: str) -> Way:
    return Way(*before, Step(command, "removed", cut=cut, environment=environment))


def _destroy(command: str, *before: Step, program: str = "declared", kept: bool = False) -> Way:
    return Way(*before, Step(command, program), kept=kept)


def _refresh(command: str, program: str = "removed") -> Step:
    return Step(command, program, Leaves.REFRESHED)


def _kept_by(command: str, program: str = "declared") -> Step:
    return Step(command, program, Leaves.DECLARED)


_EXPERIMENTAL = {"PULUMI_EXPERIMENTAL": "1"}
_PLAN = Step(
    "preview --save-plan=plan.json", "removed", Leaves.UNTOUCHED, environment=_EXPERIMENTAL
)
_CONTINUE = "up -f --continue-on-error"

TAKEN_OUT = (
    _up("up -f"),
    _up("up"),
    _up("up -f --refresh"),
    _up("up -f --refresh --run-program"),
    _up("up --refresh"),
    _up("up -f", _refresh("refresh -f")),
    _up("up -f", _refresh("refresh -f --run-program")),
    _up("up -f", PULUMI_SKIP_CHECKPOINTS="1"),
    _up("up -f --plan=plan.json", _PLAN, **_EXPERIMENTAL),
    _up("up -f", cut="before"),
    _up("up -f", cut="after"),
    _up("up -f TARGETS"),
    _up("up -f --refresh TARGETS"),
    _up("up -f --exclude=**::kept"),
    _up(_CONTINUE),
    _up("up -f", Step(_CONTINUE, "removed beside a failure", Leaves.REFUSED, ok=False)),
    Way(Step(_CONTINUE, "removed beside an invalid", Leaves.UNTOUCHED, ok=False)),
    Way(Step(_CONTINUE, "raises", Leaves.UNTOUCHED, ok=False)),
)

DESTROYED = (
    _destroy("destroy -f"),
    _destroy("destroy"),
    _destroy("destroy -f --refresh"),
    _destroy("destroy -f --run-program"),
    _destroy("destroy -f --run-program --refresh"),
    _destroy("destroy -f --continue-on-error"),
    _destroy("destroy -f TARGETS", kept=True),
    _destroy("destroy -f --refresh TARGETS", kept=True),
    _destroy("destroy -f --run-program TARGETS", kept=True),
    _destroy("destroy -f --exclude=**::kept", kept=True),
    _destroy("destroy -f", _refresh("refresh -f", "declared")),
    _destroy("destroy -f", program="removed"),
    _destroy("destroy -f --run-program", program="removed"),
    _destroy("destroy -f --run-program --refresh", program="removed"),
)

_RENAME = _kept_by("up -f", "renamed")

RENAMED_FIRST = (
    Way(_RENAME),
    Way(_kept_by("up", "renamed")),
    Way(_kept_by("up -f --refresh", "renamed")),
    Way(_kept_by(_CONTINUE, "renamed")),
    Way(Step(_CONTINUE, "renamed behind a failure", Leaves.REFUSED, ok=False), _RENAME),
    _up("up -f", _RENAME),
    _up("up -f --refresh", _RENAME),
    _destroy("destroy -f", _RENAME, program="renamed"),
    Way(Step("up -f TARGETS", "renamed")),
)

REPLACED_FIRST = (
    _up("up -f", _kept_by("up -f REPLACES")),
    _destroy("destroy -f --refresh", _kept_by("up -f REPLACES")),
    _up("up -f", _kept_by("up -f REPLACES", "deleted first")),
    _up("up -f --refresh", _kept_by("up -f --refresh REPLACES")),
    _up("up -f --refresh", _kept_by("up -f --refresh REPLACES", "deleted first")),
    Way(Step("up -f", "moved")),
    Way(Step("up -f --refresh", "moved")),
    Way(Step("up -f", "moved, deleted first")),
    Way(Step("up -f --refresh", "moved, deleted first")),
    Way(Step("state delete --all", "declared", Leaves.FORGOTTEN), _kept_by("up -f")),
)

WAYS = (*TAKEN_OUT, *DESTROYED, *RENAMED_FIRST, *REPLACED_FIRST)

#: One of each kind, for `make test`. The others run in `make test-rest`.
_AT_A_DESK = {
    "removed: up -f",
    "removed: up -f --refresh",
    "removed: up -f --refresh TARGETS",
    "declared: destroy -f",
    "declared: destroy -f --refresh",
    "renamed: up -f",
    "renamed: up -f --refresh",
    "declared: up -f REPLACES, removed: up -f",
    "moved: up -f",
}

#: A sample that is also played with the native plugin.
_NATIVE = {
    "removed: up -f",
    "removed: up -f --refresh TARGETS",
    f"removed beside a failure: {_CONTINUE}, removed: up -f",
    "declared: destroy -f --refresh",
    "renamed: up -f --refresh",
    "declared: up -f REPLACES, removed: up -f",
    "moved: up -f",
    "moved, deleted first: up -f",
}
assert {*_AT_A_DESK, *_NATIVE} <= {*map(str, WAYS)}

#: Whether the native plugin serves the resources, and each way.
PARAMETERS = [
    pytest.param(
        native,
        way,
        id=f"native, {way}" if native else str(way),
        marks=[] if str(way) in _AT_A_DESK and not native else pytest.mark.rest,
    )
    for native in (False, True)
    for way in WAYS
    if not native or str(way) in _NATIVE
]
