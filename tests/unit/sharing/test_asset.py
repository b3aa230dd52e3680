"""Assets of a kind whose ids have a prefix, such as `act_123`."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.asset import Asset, Kind
from metapixel_provider.sharing.nodes import shared_asset_of
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_provider.sharing.tasks import Task

PREFIXED = Kind("account", "account_id", (Task.ANALYZE,), digits=ids.ad_account, prefix="act_")


def test_paths_have_the_prefix() -> None:
    assert Asset(PREFIXED, "12").path == "act_12"
    assert Asset(PREFIXED, "12").agencies == "act_12/agencies"


def test_an_id_from_meta_is_read_without_the_prefix() -> None:
    assert shared_asset_of(PREFIXED, {"id": "act_12"}, []).id == "12"


@pytest.mark.parametrize("written", ["act_12", "12", 12])
def test_an_input_may_have_the_prefix(written: object) -> None:
    inputs = {"account_id": written, "agency_business_id": "3", "permitted_tasks": ["ANALYZE"]}

    checked = AgencyShareLifecycle(PREFIXED, date.today).check(inputs)

    assert checked.problems == ()
    assert checked.inputs["account_id"] == "12"
