"""After the last day of a share, nothing is granted. The day is never an error by itself."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Outcome, Properties
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, TODAY, share, texts

PAIR = (PIXEL, NORTHLIGHT)
ENDED, LATER = "2026-11-25", "2027-03-31"


def late(*tasks: str, agency: str = NORTHLIGHT, **inputs: object) -> Properties:
    """Inputs of a share whose last day has passed."""
    return share(agency, *tasks, expires_on=ENDED, **inputs)


def updated(meta: MetaMaker, before: Properties, inputs: Properties) -> Outcome | None:
    """The result of an update, None if the plan has none."""
    difference = SHARES.difference(before, inputs)
    if not (difference.changed or difference.needs_update):
        return None
    return SHARES.update(meta(), before, inputs)


@pytest.mark.parametrize(
    ("last_day", "status"), [(ENDED, "EXPIRED"), (TODAY.isoformat(), "ACTIVE")]
)
def test_a_creation_sends_the_share_until_its_last_day(
    sim: Simulator, meta: MetaMaker, last_day: str, status: str
) -> None:
    made = SHARES.create(meta(), share(expires_on=last_day))

    assert made.outputs["status"] == status
    assert (PAIR in sim.shares()) is (status == "ACTIVE")
    warned = "was 2026-11-25, so nothing was granted; remove the share from the program, or change"
    assert (warned in texts(made.notices)) is (status == "EXPIRED")


@pytest.mark.parametrize("inputs", [{}, {"on_existing": "fail"}])
def test_a_creation_that_finds_other_tasks_or_may_not_adopt_stays_an_error(
    sim: Simulator, meta: MetaMaker, inputs: Properties
) -> None:
    sim.share(*PAIR, ["ANALYZE"])

    with pytest.raises(RefusedError, match="already shared"):
        SHARES.create(meta(), late() | inputs)


@pytest.mark.parametrize(
    ("existing", "left"),
    [
        (["ANALYZE", "UPLOAD"], {"ANALYZE", "UPLOAD"}),
        (["ANALYZE"], {"ANALYZE"}),
        (["ANALYZE", "EDIT"], {"ANALYZE"}),
        (["EDIT"], {"ANALYZE"}),
        (["ADVERTISE"], {"ADVERTISE"}),
    ],
)
def test_a_creation_that_overwrites_only_revokes_tasks(
    sim: Simulator, meta: MetaMaker, existing: list[str], left: set[str]
) -> None:
    """EDIT includes ANALYZE. A share that would be left without a task keeps its tasks."""
    sim.share(*PAIR, existing)
    inputs = late(on_existing="overwrite")

    made = SHARES.create(meta(), inputs)

    assert set(sim.shares()[PAIR]) == left
    assert updated(meta, made.outputs, inputs) is None


def test_a_creation_records_a_request_that_is_still_open_as_unconfirmed(
    sim: Simulator, meta: MetaMaker
) -> None:
    """A renamed share that waits is a creation. A removal must withdraw its request."""
    SHARES.create(meta(), share(HARBOUR))

    made = SHARES.create(meta(), late(agency=HARBOUR))
    assert made.outputs["status"] == "UNCONFIRMED"
    assert sim.count("POST agencies") == 1

    SHARES.delete(meta(), made.outputs)
    assert sim.open_requests() == []


def test_a_share_that_somebody_ended_stays_recorded_and_is_not_created_again(
    sim: Simulator, meta: MetaMaker
) -> None:
    before = SHARES.create(meta(), share(expires_on=LATER)).outputs | {"expires_on": ENDED}
    sim.unshare(*PAIR)

    found = SHARES.read(meta(), before).outputs

    assert (found["status"], found["granted_tasks"]) == ("EXPIRED", [])
    assert updated(meta, found, late()) is None
    assert PAIR not in sim.shares()
    extended = updated(meta, found, share(expires_on=LATER))
    assert extended is not None
    assert extended.outputs["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("tasks", "returned", "left"),
    [
        # The second value is what somebody left at Meta, the first what the program declares.
        (["ANALYZE", "UPLOAD"], ["ANALYZE"], ["ANALYZE"]),
        (["ANALYZE", "UPLOAD"], ["ANALYZE", "UPLOAD", "EDIT"], ["ANALYZE", "UPLOAD"]),
        (["ANALYZE", "UPLOAD"], ["ANALYZE", "EDIT"], ["ANALYZE"]),
        (["ANALYZE"], ["ANALYZE", "UPLOAD"], ["ANALYZE"]),
        (["ANALYZE", "UPLOAD", "ADVERTISE"], ["ANALYZE", "UPLOAD"], ["ANALYZE", "UPLOAD"]),
        (["ADVERTISE"], ["UPLOAD"], ["UPLOAD"]),
    ],
)
def test_an_update_only_revokes_tasks(
    sim: Simulator, meta: MetaMaker, tasks: list[str], returned: list[str], left: list[str]
) -> None:
    before = SHARES.create(meta(), share(expires_on=LATER)).outputs | {"expires_on": ENDED}
    sim.share(*PAIR, returned)
    found, inputs = SHARES.read(meta(), before).outputs, late(*tasks)

    done = updated(meta, found, inputs)

    assert sorted(sim.shares()[PAIR]) == sorted(left)
    assert (done is None) is (returned == left)
    assert updated(meta, done.outputs if done else found, inputs) is None


def test_a_waiting_share_asks_for_fewer_tasks_and_never_for_more(
    sim: Simulator, meta: MetaMaker
) -> None:
    before = SHARES.create(meta(), share(HARBOUR, "ANALYZE", "UPLOAD")).outputs
    before["expires_on"] = ENDED
    assert updated(meta, before, late(agency=HARBOUR, resend="2")) is None

    done = updated(meta, before, late("ANALYZE", "ADVERTISE", agency=HARBOUR))

    assert done is not None
    assert done.outputs["status"] == "PENDING"
    (request,) = sim.open_requests()
    assert set(request.pixels[PIXEL]) == {"ANALYZE"}


def test_tasks_that_are_not_known_yet_may_be_fewer(meta: MetaMaker) -> None:
    before = SHARES.create(meta(), share()).outputs | {"expires_on": ENDED}

    found = SHARES.difference(before, late() | {"permitted_tasks": UNKNOWN, "resend": "2"})

    assert found.changed == ("permitted_tasks",)
