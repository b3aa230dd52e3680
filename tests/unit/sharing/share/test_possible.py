"""The writes that a preview with hidden values names as possible."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.contract import OlderRecord
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.possible import Certainty
from tests.support.example import NORTHLIGHT
from tests.unit.sharing.support import SHARES, share

DECLARED = share(NORTHLIGHT, "ANALYZE")
RECORDED = DECLARED | {"status": "ACTIVE", "granted_tasks": ["ANALYZE"], "pending_request_id": ""}


@pytest.mark.parametrize(
    ("name", "status"), [("permitted_tasks", "ACTIVE"), ("resend", "DECLINED")]
)
def test_an_update_with_a_hidden_value_may_write(name: str, status: str) -> None:
    recorded = RECORDED | {"status": status}

    assert SHARES.may_update(recorded, DECLARED).writes == ()
    assert SHARES.may_update(recorded, DECLARED | {name: UNKNOWN}).certainty is Certainty.MAY
    hidden = DECLARED | {"permitted_tasks": ["ANALYZE", UNKNOWN]}
    assert SHARES.may_supersede(RECORDED, hidden).certainty is Certainty.MAY


def test_a_creation_with_a_hidden_choice_about_existing_access_may_be_refused() -> None:
    wider = share(NORTHLIGHT, "ANALYZE", "EDIT")
    older = OlderRecord(RECORDED)

    assert not SHARES.may_create(wider, older).may_be_refused
    assert SHARES.may_create(wider | {"on_existing": UNKNOWN}, older).may_be_refused


def test_a_creation_with_hidden_tasks_may_be_refused_unless_they_are_those_that_meta_returned() -> (
    None
):
    older = OlderRecord(RECORDED | {"granted_tasks": ["ANALYZE", "UPLOAD"]})

    possible = SHARES.may_create(DECLARED | {"permitted_tasks": UNKNOWN}, older)

    assert (possible.refusal, possible.may_be_refused) == (None, True)


def test_a_creation_may_be_refused_if_only_a_refresh_turns_it_into_an_update() -> None:
    older = OlderRecord(RECORDED | {"status": "UNCONFIRMED", "pending_request_id": "1"})

    possible = SHARES.may_create(DECLARED | {"on_existing": "fail"}, older)

    assert (possible.refusal, possible.may_be_refused) == (None, True)
