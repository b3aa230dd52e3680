"""Histories that once found something wrong, by what they found. They are short, as they shrank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.histories.estate import HARBOUR, PARTNER
from tests.histories.history import Act, Command, History, Killed, Step, Trouble
from tests.histories.program import Permission, Program, Response, Share
from tests.histories.resources import Options

#: The seed of a history that uses the native plugin from its first command, if it is native.
_NATIVE_AT_ONCE = 1
UP, REFRESHED = Command(), Command(flags=("--refresh",))
#: The commands that fail.
GOES_ON = Command(flags=("--continue-on-error",))
ACTIVE = Share("s1-x", "101", PARTNER, ("ANALYZE", "ADVERTISE"))
WAITING = Share("s2-x", "101", HARBOUR, ("UPLOAD",))
OTHER = Share("s3-x", "102", HARBOUR, ("ANALYZE",))
PERMITTED = Permission("p1", "101", PARTNER, "301")
DATED = Program((replace(ACTIVE, in_component=True, until=1),), permissions=(PERMITTED,))
CHAIN = Program(
    (OTHER,), (Response("r1", OTHER.name),), (Permission("p2", OTHER.pixel, HARBOUR, "302"),)
)
BOTH = Program((ACTIVE, WAITING))
SWAPPED = Program((replace(ACTIVE, agency=HARBOUR), replace(WAITING, agency=PARTNER)))


def _history(*steps: Step, **switches: object) -> History:
    return History(_NATIVE_AT_ONCE, steps, switches)


def _with(share: Share, **options: Any) -> Share:
    return replace(share, options=Options(**options))


CASES: Mapping[str, History] = {
    "a swap that failed half way and was reverted left its tasks": _history(
        Step(BOTH, UP), Step(SWAPPED, GOES_ON), Step(BOTH, UP)
    ),
    "two records of a share in a request for other pixels too could not be removed": _history(
        Step(Program((OTHER, ACTIVE, WAITING)), UP),
        Step(Program((OTHER, *SWAPPED.shares)), GOES_ON),
        Step(Program((OTHER,)), UP),
        Step(Program((OTHER,)), UP),
    ),
    "a deletion that was interrupted canceled a request, which was sent again": _history(
        Step(Program((WAITING,)), UP),
        Step(Program(), Command(killed=Killed(1, "after", "command", "DELETE agencies"))),
        Step(Program((WAITING,)), REFRESHED),
        Step(Program((replace(WAITING, inputs={"resend": "again"}),)), REFRESHED),
    ),
    "a permission was dropped without the agency's token although its share remained": _history(
        Step(Program((ACTIVE,), permissions=(PERMITTED,)), UP),
        Step(Program((ACTIVE,)), GOES_ON, troubles=(Trouble("dead token"),)),
    ),
    "a share past its last day stayed because the agency had revoked its token": _history(
        Step(DATED, UP),
        Step(replace(DATED, permissions=()), REFRESHED, troubles=(Trouble("dead token"),), day=2),
        Step(replace(DATED, permissions=()), UP, day=2),
    ),
    "a permission ended with the standing response that it depends on": _history(
        Step(CHAIN, UP),
        Step(CHAIN, REFRESHED),
        Step(CHAIN, Command("destroy", ("--target-dependents",), targets=("r1",))),
    ),
    "a purged request was answered, and its answer could not be read": _history(
        Step(Program((OTHER, WAITING), (Response("r1", "s2-x"),)), UP),
        Step(Program((OTHER, WAITING), (Response("r1", "s2-x"),)), REFRESHED),
        Step(Program((OTHER,)), UP, acts=(Act("expire", "102", HARBOUR),)),
        request_purged_after=0,
    ),
    "a share whose pixel a preview did not know counted as certain to end": _history(
        Step(Program((_with(ACTIVE, unknown=("pixel_id",)),)), UP),
        Step(Program((_with(ACTIVE, unknown=("pixel_id",)),)), UP),
    ),
    "an outdated list after a write counted as tasks that Meta added": _history(
        Step(Program((ACTIVE,)), UP, troubles=(Trouble("outage", when="after"),)),
        Step(
            Program((replace(ACTIVE, tasks=("ADVERTISE",)),)),
            UP,
            acts=(Act("share", ACTIVE.pixel, ACTIVE.agency, ("ADVERTISE", "UPLOAD")),),
            troubles=(Trouble("stale"),),
        ),
    ),
    "a task that Meta implies was revoked at each update while the share was pending": _history(
        Step(Program((WAITING,)), UP), pending_in_agencies="present", implied_tasks="UPLOAD:ANALYZE"
    ),
    "an import of more tasks than Meta has had no row in the review": _history(
        Step(Program((WAITING,)), UP),
        Step(
            Program((WAITING, _with(ACTIVE, imports=True))),
            UP,
            acts=(Act("share", "101", PARTNER, ("ANALYZE",)),),
        ),
    ),
}
