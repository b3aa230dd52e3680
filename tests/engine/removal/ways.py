"""The ways to remove resources, or to keep them under another name, as a person types them."""

from __future__ import annotations

import pytest

from tests.engine.removal.states import KEPT, STATES
from tests.engine.removal.steps import Leaves, Step, Way
from tests.support.programs import program, share

DECLARED = program(KEPT.declared(), *(each.declared() for each in STATES))
REMOVED = program(KEPT.declared())
RENAMED = program(KEPT.declared(), *(each.declared("-renamed") for each in STATES))
_FIRST = "delete_before_replace=True"
DELETED_FIRST = program(KEPT.declared(), *(each.declared(opts=_FIRST) for each in STATES))
MOVED = program(KEPT.declared(), *(each.moved() for each in STATES))
MOVED_DELETED_FIRST = program(KEPT.declared(), *(each.moved(_FIRST) for each in STATES))
_UNKNOWN = "1290034567777777"
_FAILING = share("failing", _UNKNOWN, KEPT.agency)
_INVALID = share("invalid", _UNKNOWN, KEPT.agency, "NO_SUCH_TASK")
REMOVED_BESIDE_A_FAILURE = program(KEPT.declared(), _FAILING)
REMOVED_BESIDE_AN_INVALID = program(KEPT.declared(), _INVALID)
REMOVED_BY_A_PROGRAM_THAT_RAISES = program(KEPT.declared(), "raise RuntimeError")
RENAMED_BEHIND_A_FAILURE = program(
    KEPT.declared(),
    _FAILING,
    *(each.declared("-renamed", opts="depends_on=[failing]") for each in STATES),
)


def _up(name: str, command: str, *before: Step, **environment: str) -> Way:
    return Way(name, (*before, Step(command, REMOVED, environment=environment)))


def _destroy(name: str, command: str, *before: Step, kept: bool = False) -> Way:
    return Way(name, (*before, Step(command, DECLARED)), kept)


def _refresh(*options: str, program: str = REMOVED) -> Step:
    return Step(" ".join(("refresh -f", *options)), program, Leaves.REFRESHED)


_EXPERIMENTAL = {"PULUMI_EXPERIMENTAL": "1"}
_PLAN = Step("preview --save-plan=plan.json", REMOVED, Leaves.UNTOUCHED, environment=_EXPERIMENTAL)

TAKEN_OUT = (
    _up("up", "up -f"),
    _up("up-with-its-preview", "up"),
    _up("up-refresh", "up -f --refresh"),
    _up("up-refresh-run-program", "up -f --refresh --run-program"),
    _up("up-refresh-with-its-preview", "up --refresh"),
    _up("refresh-then-up", "up -f", _refresh()),
    _up("refresh-run-program-then-up", "up -f", _refresh("--run-program")),
    _up("up-without-checkpoints", "up -f", PULUMI_SKIP_CHECKPOINTS="1"),
    _up("up-by-a-plan", "up -f --plan=plan.json", _PLAN, **_EXPERIMENTAL),
    Way("up-with-deletions-lost", (Step("up -f", REMOVED, cut="before"),)),
    Way("up-with-deletions-unanswered", (Step("up -f", REMOVED, cut="after"),)),
    _up("up-target", "up -f TARGETS"),
    _up("up-target-refresh", "up -f --refresh TARGETS"),
    _up("up-exclude", "up -f --exclude=**::kept"),
    _up("up-continue-on-error", "up -f --continue-on-error"),
    Way(
        "up-continue-on-error-beside-a-failure",
        (
            Step("up -f --continue-on-error", REMOVED_BESIDE_A_FAILURE, Leaves.REFUSED, ok=False),
            Step("up -f", REMOVED),
        ),
    ),
    Way(
        "up-continue-on-error-beside-an-invalid",
        (
            Step(
                "up -f --continue-on-error",
                REMOVED_BESIDE_AN_INVALID,
                Leaves.UNTOUCHED,
                ok=False,
            ),
        ),
    ),
    Way(
        "up-continue-on-error-by-a-program-that-raises",
        (
            Step(
                "up -f --continue-on-error",
                REMOVED_BY_A_PROGRAM_THAT_RAISES,
                Leaves.UNTOUCHED,
                ok=False,
            ),
        ),
    ),
)

DESTROYED = (
    _destroy("destroy", "destroy -f"),
    _destroy("destroy-with-its-preview", "destroy"),
    _destroy("destroy-refresh", "destroy -f --refresh"),
    _destroy("destroy-run-program", "destroy -f --run-program"),
    _destroy("destroy-run-program-refresh", "destroy -f --run-program --refresh"),
    _destroy("destroy-continue-on-error", "destroy -f --continue-on-error"),
    _destroy("destroy-target", "destroy -f TARGETS", kept=True),
    _destroy("destroy-target-refresh", "destroy -f --refresh TARGETS", kept=True),
    _destroy("destroy-target-run-program", "destroy -f --run-program TARGETS", kept=True),
    _destroy("destroy-exclude", "destroy -f --exclude=**::kept", kept=True),
    _destroy("refresh-then-destroy", "destroy -f", _refresh(program=DECLARED)),
    Way("taken-out-then-destroy", (Step("destroy -f", REMOVED),), kept=False),
    Way(
        "taken-out-then-destroy-run-program",
        (Step("destroy -f --run-program", REMOVED),),
        kept=False,
    ),
    Way(
        "taken-out-then-destroy-run-program-refresh",
        (Step("destroy -f --run-program --refresh", REMOVED),),
        kept=False,
    ),
)


def _kept_by(command: str, program: str = DECLARED) -> Step:
    return Step(command, program, Leaves.DECLARED)


_RENAME = _kept_by("up -f", RENAMED)

RENAMED_FIRST = (
    Way("rename", (_RENAME,)),
    Way("rename-with-its-preview", (_kept_by("up", RENAMED),)),
    Way("rename-refresh", (_kept_by("up -f --refresh", RENAMED),)),
    Way("rename-continue-on-error", (_kept_by("up -f --continue-on-error", RENAMED),)),
    Way(
        "rename-continue-on-error-behind-a-failure",
        (
            Step("up -f --continue-on-error", RENAMED_BEHIND_A_FAILURE, Leaves.REFUSED, ok=False),
            _RENAME,
        ),
    ),
    Way("rename-then-up", (_RENAME, Step("up -f", REMOVED))),
    Way("rename-then-up-refresh", (_RENAME, Step("up -f --refresh", REMOVED))),
    Way("rename-then-destroy", (_RENAME, Step("destroy -f", RENAMED)), kept=False),
    Way("rename-target-old-name", (Step("up -f TARGETS", RENAMED),)),
)

REPLACED_FIRST = (
    Way("replace-then-up", (_kept_by("up -f REPLACES"), Step("up -f", REMOVED))),
    Way(
        "replace-then-destroy-refresh",
        (_kept_by("up -f REPLACES"), Step("destroy -f --refresh", DECLARED)),
        kept=False,
    ),
    Way(
        "replace-deleting-first-then-up",
        (_kept_by("up -f REPLACES", DELETED_FIRST), Step("up -f", REMOVED)),
    ),
    Way(
        "replace-refresh-then-up",
        (_kept_by("up -f --refresh REPLACES"), Step("up -f --refresh", REMOVED)),
    ),
    Way(
        "replace-refresh-deleting-first-then-up",
        (_kept_by("up -f --refresh REPLACES", DELETED_FIRST), Step("up -f --refresh", REMOVED)),
    ),
    Way("move", (Step("up -f", MOVED),)),
    Way("move-refresh", (Step("up -f --refresh", MOVED),)),
    Way("move-deleting-first", (Step("up -f", MOVED_DELETED_FIRST),)),
    Way("move-refresh-deleting-first", (Step("up -f --refresh", MOVED_DELETED_FIRST),)),
    Way(
        "state-delete-then-up",
        (Step("state delete --all", DECLARED, Leaves.FORGOTTEN), _kept_by("up -f")),
    ),
)

WAYS = (*TAKEN_OUT, *DESTROYED, *RENAMED_FIRST, *REPLACED_FIRST)

#: One of each kind, for `make test`. The others run in `make test-rest`.
_AT_A_DESK = {
    "up",
    "up-refresh",
    "up-target-refresh",
    "destroy",
    "destroy-refresh",
    "rename",
    "rename-refresh",
    "replace-then-up",
    "move",
}

#: A sample that is also played with the native plugin.
_NATIVE = {
    "up",
    "up-target-refresh",
    "up-continue-on-error-beside-a-failure",
    "destroy-refresh",
    "rename-refresh",
    "replace-then-up",
    "move",
    "move-deleting-first",
}

#: Each way, and whether the native plugin serves the resources.
PARAMETERS = [
    pytest.param(
        (way, native),
        id=f"native-{way.name}" if native else way.name,
        marks=[] if way.name in _AT_A_DESK and not native else pytest.mark.rest,
    )
    for native in (False, True)
    for way in WAYS
    if not native or way.name in _NATIVE
]
