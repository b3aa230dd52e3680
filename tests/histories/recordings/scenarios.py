"""The scenarios whose calls are recorded: every path that the engine takes to the provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.histories.history import Act
from tests.histories.recordings.steps import Scenario, destroy, preview, refresh, up
from tests.histories.resources import (
    Options,
    Output,
    Resource,
    Resources,
    only_read_share,
    permission,
    share,
    standing_response,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXELS

P1, P2, P3 = PIXELS


def shared(name: str, pixel: str, *tasks: str, **options: Any) -> Resource:
    return share(name, pixel, NORTHLIGHT, *tasks, **options)


ONE, TWO = shared("one", P1), shared("two", P1)
WIDER = shared("one", P1, "ANALYZE", "UPLOAD")
MOVED = shared("one", P3)
ONE_FIRST = shared("one", P1, delete_first=True)
MOVED_FIRST = shared("one", P3, delete_first=True)
OTHER = shared("other", P2)
BAD = share("bad", P2, "9999999999")
WRONG = share("wrong", P3, "no digits", after=("two", "other"))

WAITING = share("waiting", P1, HARBOUR)
ANSWER = standing_response(
    "answer", OWNER, HARBOUR, reason=Output("waiting", "status"), credentials="harbour"
)
ACCOUNT = permission("account", P1, HARBOUR, HARBOUR_ACCOUNT, "answer", credentials="harbour")
CHAIN = (WAITING, ANSWER, ACCOUNT)

INSIDE = shared("one-x", P1, in_component=True)
ALIASED = shared("two-x", P1, in_component=True, alias="one-x")


def _with(declared: Resource, **options: Any) -> Resource:
    return replace(declared, options=Options(**options))


READ = only_read_share("one", P1, NORTHLIGHT)
READ_ELSEWHERE = only_read_share("one", P3, NORTHLIGHT)
RETAINED = _with(ONE, retain=True)
PROTECTED_ACCOUNT = _with(ACCOUNT, protect=True)
AGAIN = shared("one", P1, "ANALYZE", "UPLOAD", resend="again")
IMPORTED, IMPORTED_ELSEWHERE = (
    replace(_with(each, imports=True), provider="") for each in (WIDER, MOVED)
)


def _two(first: Resource) -> Resources:
    """A share, and another one that depends on it."""
    return first, shared("other", P2, after=(first.name,))


DRIFT = (Act("share", P1, NORTHLIGHT, ("ADVERTISE", "ANALYZE")),)
BOTH = (Act("share", P1, NORTHLIGHT, ("ANALYZE",)), Act("share", P3, NORTHLIGHT, ("ANALYZE",)))
GONE, GONE_TOO = (Act("unshare", P1, NORTHLIGHT),), (Act("unshare", P3, NORTHLIGHT),)
#: The calls that Meta refuses with code 200, or with another code.
NO_SHARE, NO_END = {"endpoint": "POST agencies"}, {"endpoint": "DELETE agencies"}
NO_WITHDRAWAL = {"endpoint": "DELETE shared_accounts"}
EXPIRED: Mapping[str, object] = {"endpoint": "GET request", "code": 190, "times": -1}


SCENARIOS: Mapping[str, Scenario] = {
    "drift": (
        up(ONE, OTHER),
        refresh(ONE, OTHER),
        refresh(ONE, OTHER, acts=DRIFT),
        up(ONE, OTHER),
        preview(ONE, OTHER, acts=DRIFT, refresh=True),
        up(ONE, OTHER, refresh=True),
        refresh(ONE, OTHER, acts=GONE),
        up(ONE, OTHER),
        up(ONE, OTHER, acts=GONE, refresh=True),
        refresh(ONE, acts=DRIFT, run_program=True),
        up(ONE, acts=GONE),
    ),
    "remove": (
        up(ONE),
        up(),
        up(ONE),
        up(refresh=True),
        up(ONE),
        preview(refresh=True),
        preview(),
        refresh(),
        up(acts=GONE, refresh=True),
        up(ONE, OTHER),
        up(OTHER, with_preview=True, refresh=True),
    ),
    "rename": (
        up(ONE),
        up(TWO),
        up(ONE, refresh=True),
        refresh(TWO, run_program=True),
        preview(TWO),
        up(TWO, target=TWO),
        up(TWO),
        up(ONE, target=TWO),
        up(ONE),
        up(TWO, refresh=True, with_preview=True),
        up(ONE, acts=GONE, refresh=True),
        destroy(TWO, run_program=True),
        up(ONE, refresh=True, run_program=True),
        up(TWO, refresh=True, run_program=True),
        up(TWO, acts=DRIFT, refresh=True, run_program=True),
        up(TWO, acts=GONE, refresh=True, run_program=True),
        up(refresh=True, run_program=True),
    ),
    "component and alias": (
        up(*_two(shared("one-x", P1))),
        up(*_two(INSIDE)),
        up(*_two(ALIASED), refresh=True),
        up(*_two(shared("two-x", P1, alias="one-x"))),
        up(*_two(shared("three-x", P1, alias="two-x"))),
        up(
            *_two(shared("four-x", P1, "ANALYZE", "UPLOAD", alias="three-x")),
            target=shared("four-x", P1),
            target_dependents=True,
        ),
        up(*_two(shared("five-x", P1, "ANALYZE", "UPLOAD", alias="four-x")), target=OTHER),
        destroy(
            *_two(shared("five-x", P1, alias="four-x")),
            target=shared("four-x", P1),
            target_dependents=True,
        ),
        up(*_two(shared("one-x", P1))),
        refresh(*_two(shared("two-x", P1, alias="one-x")), run_program=True),
        up(*_two(shared("three-x", P1, alias="two-x")), refresh=True, run_program=True),
    ),
    "target": (
        up(ONE, OTHER),
        up(WIDER, OTHER, target=ONE),
        up(OTHER, target=ONE),
        up(ONE, OTHER, target=ONE, refresh=True),
        up(ONE, OTHER),
        up(ONE, OTHER, acts=DRIFT, target=ONE, refresh=True),
        refresh(ONE, OTHER, target=ONE),
        destroy(ONE, OTHER, target=ONE),
        up(ONE, OTHER),
        destroy(ONE, OTHER, target=ONE, refresh=True),
        up(ONE, OTHER),
        destroy(ONE, OTHER, target=ONE, refresh=True, run_program=True),
        destroy(ONE, OTHER, target=OTHER, refresh=True),
    ),
    "exclude": (
        up(ONE, OTHER),
        up(WIDER, shared("other", P2, "UPLOAD"), exclude=ONE),
        up(TWO, OTHER, exclude=ONE),
        refresh(TWO, OTHER, exclude=ONE),
        up(TWO, OTHER, exclude=OTHER, refresh=True),
        up(ONE, OTHER, exclude=ONE),
        destroy(TWO, OTHER, exclude=OTHER),
        up(OTHER, *CHAIN, exclude=WAITING, exclude_dependents=True),
        up(OTHER, *CHAIN),
        up(*CHAIN, exclude=WAITING, exclude_dependents=True, refresh=True),
        up(OTHER, exclude=ANSWER),
        up(OTHER, *CHAIN),
        destroy(*CHAIN, exclude=ANSWER),
    ),
    "protect": (
        up(_with(WIDER, protect=True), OTHER),
        up(_with(MOVED, protect=True)),
        up(OTHER),
        destroy(OTHER),
        up(MOVED),
        up(WAITING, ANSWER, PROTECTED_ACCOUNT),
        up(),
        destroy(),
    ),
    "chain": (
        preview(*CHAIN),
        up(*CHAIN),
        up(*CHAIN, refresh=True),
        up(*CHAIN),
        refresh(*CHAIN, run_program=True),
        up(*CHAIN, replace=WAITING),
        destroy(*CHAIN),
        up(*CHAIN),
        up(WAITING, refresh=True),
        up(*CHAIN),
        destroy(*CHAIN, refresh=True, run_program=True),
    ),
    "replace": (
        up(ONE),
        up(ONE, replace=ONE),
        up(ONE, replace=ONE, refresh=True),
        up(MOVED),
        up(ONE, refresh=True, with_preview=True),
        up(ONE_FIRST, replace=ONE),
        up(MOVED_FIRST),
        up(ONE_FIRST, refresh=True, with_preview=True),
        preview(MOVED, replace=ONE),
        up(replace=ONE),
    ),
    "swap": (
        up(ONE, OTHER),
        up(shared("one", P2), shared("other", P1)),
        up(ONE, OTHER, refresh=True),
        up(
            shared("one", P2, delete_first=True),
            shared("other", P1, delete_first=True, after=("one",)),
        ),
        up(ONE_FIRST, shared("other", P2, delete_first=True, after=("one",)), refresh=True),
        up(shared("one", P1), shared("other", P3)),
        up(shared("one", P3), shared("two", P1)),
    ),
    "replace a chain": (
        up(*CHAIN),
        up(
            share("waiting", P2, HARBOUR),
            ANSWER,
            permission("account", P2, HARBOUR, HARBOUR_ACCOUNT, "answer", credentials="harbour"),
        ),
        up(share("waiting", P1, HARBOUR, delete_first=True), ANSWER, ACCOUNT, refresh=True),
    ),
    "continue on error": (
        up(ONE),
        up(BAD, TWO, continue_on_error=True),
        up(ONE),
        up(BAD, shared("two", P1, after=("bad",)), continue_on_error=True),
        up(ONE),
        up(BAD, shared("two", P1, reason=Output("bad", "status")), continue_on_error=True),
        up(ONE, OTHER),
        up(shared("other", P2, "EDIT"), TWO, continue_on_error=True),
        up(ONE, OTHER),
        up(TWO, OTHER, WRONG, continue_on_error=True),
        up(ONE, OTHER),
        up(OTHER, fault=NO_END, continue_on_error=True),
        destroy(ONE, OTHER, fault={**NO_END, "path": P1}, continue_on_error=True),
        destroy(ONE, OTHER),
        up(*CHAIN),
        up(fault=NO_WITHDRAWAL, continue_on_error=True),
        destroy(*CHAIN, fault=NO_WITHDRAWAL, continue_on_error=True),
    ),
    "retain": (
        up(RETAINED),
        up(_with(MOVED, retain=True), refresh=True),
        up(_with(MOVED, retain=True), replace=MOVED),
        up(_with(TWO, retain=True)),
        up(),
    ),
    "only read": (
        up(READ, acts=BOTH),
        up(READ, refresh=True),
        up(ONE),
        up(READ),
        up(),
        up(ONE),
        up(READ_ELSEWHERE, acts=BOTH),
        up(refresh=True),
        up(READ, acts=GONE),
    ),
    "hidden values": (
        up(_with(AGAIN, secret=("resend", "permitted_tasks"))),
        up(_with(AGAIN, secret=("resend",))),
        up(_with(ONE, secret=("permitted_tasks",)), refresh=True),
        up(_with(AGAIN, unknown=("resend",))),
        up(_with(AGAIN, unknown=("permitted_tasks",)), refresh=True),
        up(_with(AGAIN, unknown=("pixel_id",), secret=("pixel_id",))),
        up(AGAIN),
        up(_with(OTHER, unknown=("on_existing", "reason"))),
    ),
    "replace on changes": (
        up(_with(WIDER, replace_on=("permitted_tasks",))),
        up(_with(AGAIN, replace_on=("resend",)), refresh=True),
        up(_with(ONE_FIRST, replace_on=("permitted_tasks", "resend"))),
        up(_with(ONE_FIRST, replace_on=("permitted_tasks",)), acts=DRIFT, refresh=True),
    ),
    "import": (
        up(IMPORTED),
        up(IMPORTED, acts=BOTH),
        up(IMPORTED, refresh=True),
        up(IMPORTED_ELSEWHERE),
    ),
    "failures": (
        up(BAD, shared("two", P1, after=("bad",))),
        up(ONE, share("wrong", P2, "no digits", after=("one",))),
        up(shared("one", P1, "EDIT")),
        up(MOVED, fault=NO_SHARE),
        up(MOVED_FIRST, fault=NO_SHARE),
        up(MOVED_FIRST, refresh=True),
        up(ONE, fault=NO_END),
        refresh(ONE),
        up(ONE, refresh=True),
        up(fault=NO_END),
        destroy(ONE, fault=NO_END),
        up(ONE, WAITING),
        refresh(ONE, WAITING, acts=DRIFT, fault=EXPIRED),
        up(ONE, WAITING, refresh=True, fault=EXPIRED),
        up(ONE, WAITING, refresh=True),
    ),
    "configuration": (
        up(ONE),
        up(TWO, configure=("metapixel:apiVersion", "v27.0"), refresh=True),
        preview(ONE, configure=("metapixel:apiVersion", "v25.0"), refresh=True),
        destroy(ONE, configure=("metapixel:apiVersion", "v26.0"), refresh=True, run_program=True),
        up(ONE),
        destroy(ONE, configure=("metapixel:apiVersion", "v25.0"), refresh=True),
    ),
    "killed": (
        up(ONE, killed="POST agencies"),
        up(ONE),
        up(WIDER, killed="POST agencies"),
        up(WIDER, refresh=True),
        up(killed="DELETE agencies"),
        refresh(ONE, acts=GONE, killed="GET agencies"),
        up(MOVED, killed="POST agencies"),
        up(MOVED, killed="DELETE agencies"),
        up(MOVED),
        up(ONE, acts=GONE_TOO, killed="POST agencies", refresh=True),
        up(MOVED),
        up(ONE, killed="DELETE agencies"),
        up(shared("one", P2)),
        up(MOVED_FIRST, killed="DELETE agencies"),
        up(MOVED_FIRST, killed="POST agencies"),
        up(),
        up(*_two(ONE)),
        destroy(*_two(ONE), killed="DELETE agencies", killed_at=2),
        up(*_two(ONE)),
        up(killed="DELETE agencies", killed_at=2),
    ),
    "killed with checkpoints off": (
        up(ONE, checkpoints=False),
        up(*_two(WIDER), killed="POST agencies", killed_at=2, checkpoints=False),
        up(
            shared("one", P1, "UPLOAD"),
            shared("two", P3, after=("one",)),
            killed="POST agencies",
            killed_at=2,
        ),
        up(*_two(ONE)),
        destroy(killed="DELETE agencies", killed_at=2, checkpoints=False),
    ),
}
