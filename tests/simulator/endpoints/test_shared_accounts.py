"""/{pixel}/shared_accounts, after the pixel-sharing guide and AdsPixel in Meta's reference.

The guide calls the ad account `ad_account`, and the reference calls it `account_id`.
"""

from __future__ import annotations

import pytest

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import (
    PERMISSION,
    SHARE,
    WAITS,
    Error,
    Row,
    refused,
    row,
    unknown,
)
from tests.support.example import (
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.example import NORTHLIGHT_ACCOUNT_2 as SECOND

MADE = {(*SHARE, SECOND): True}
LIST = f"GET shared_accounts?business={NORTHLIGHT}"


def permit(account: str = f"account_id={SECOND}", pixel: str = PIXEL) -> str:
    return f"POST {pixel}/shared_accounts?business={NORTHLIGHT}&{account}"


def end(account: str) -> str:
    return f"DELETE shared_accounts?business={NORTHLIGHT}&account_id={account}"


ROWS = {
    **{
        f"an agency permits its {sent}": row(permit(sent), MADE)
        for sent in (f"account_id=act_{SECOND}", f"ad_account={SECOND}")
    },
    **{
        f"only {name} is read": row(
            permit(f"{name}={SECOND}&{other}=x"), MADE, ad_account_parameter=name
        )
        for name, other in (("account_id", "ad_account"), ("ad_account", "account_id"))
    },
    "only ad_account is required": row(
        permit(), Error(100, "ad_account is"), ad_account_parameter="ad_account"
    ),
    "an owner permits its own ad account": row(
        f"POST shared_accounts?business={OWNER}&account_id={OWNER_ACCOUNT}",
        {(PIXEL, OWNER, OWNER_ACCOUNT): True},
    ),
    "an implied task allows advertising": row(
        permit(pixel=PIXEL_2),
        {(PIXEL_2, NORTHLIGHT, SECOND): True},
        implied_tasks="UPLOAD:ADVERTISE",
    ),
    "another admin approves a permission": row(
        permit(), MADE, answer=WAITS, admin_approval="grants"
    ),
    "another admin approves the end of a permission": row(
        end(NORTHLIGHT_ACCOUNT), {PERMISSION: None}, answer=WAITS, admin_approval="removals"
    ),
    "a permission that exists needs no approval": row(
        permit(f"account_id={NORTHLIGHT_ACCOUNT}"), {}, admin_approval="grants"
    ),
    "an absent permission is as good as ended": row(end(SECOND), {}, delete_absent="success"),
    "ad accounts show no summary": row(
        f"{LIST}&fields=id,name&summary=true",
        {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}", "name": "Northlight for Acme"}]},
    ),
    **refused(
        100,
        {
            f"The business {NORTHLIGHT} may not advertise": permit(pixel=PIXEL_2),
            "the same ad account": permit(f"account_id={SECOND}&ad_account={NORTHLIGHT_ACCOUNT}"),
            "no access to the ad account": permit(f"account_id={HARBOUR_ACCOUNT}"),
            "must be an ad account - got 1": permit("account_id=1"),
            "must be an ad account - got x": permit("account_id=x"),
            "The parameter account_id is required": permit("account_id="),
            "The parameter business is required": "GET shared_accounts",
            "This ad account is not permitted on this pixel": end(SECOND),
        },
    ),
    **refused(10, {"an admin of the business Northlight Media": permit()}, "owner-token"),
    **refused(
        10,
        {
            "the user must be an admin of the business "
            f"Northlight Media ({NORTHLIGHT}) or Acme Outdoor ({OWNER})": LIST
        },
        "employee-token",
    ),
    **unknown(permit(pixel=PIXEL_3), PIXEL_3, "northlight-token"),
}


@pytest.mark.parametrize("check", ROWS.values(), ids=ROWS)
def test_shared_accounts(sim: Simulator, api: Api, check: Row) -> None:
    check(sim, api)
