"""/{pixel}/shared_accounts, after the pixel-sharing guide and AdsPixel in Meta's reference.

The guide calls the ad account `ad_account`, and the reference calls it `account_id`.
"""

from __future__ import annotations

from tests.simulator.endpoints.conftest import ApproveRows, calls, row
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

LIST = f"GET shared_accounts?business={NORTHLIGHT}"


def permit(account: str = f"account_id={SECOND}", pixel: str = PIXEL) -> str:
    return f"POST {pixel}/shared_accounts?business={NORTHLIGHT}&{account}"


def end(account: str) -> str:
    return f"DELETE shared_accounts?business={NORTHLIGHT}&account_id={account}"


ROWS = {
    "only account_id is read": row(
        permit(f"account_id={SECOND}&ad_account=x"), ad_account_parameter="account_id"
    ),
    "only ad_account is read": row(
        permit(f"ad_account={SECOND}&account_id=x"), ad_account_parameter="ad_account"
    ),
    "only ad_account is required": row(permit(), ad_account_parameter="ad_account"),
    "an owner permits its own ad account": row(
        f"POST shared_accounts?business={OWNER}&account_id={OWNER_ACCOUNT}"
    ),
    "an implied task allows advertising": row(
        permit(pixel=PIXEL_2), implied_tasks="UPLOAD:ADVERTISE"
    ),
    "another admin approves a permission": row(permit(), admin_approval="grants"),
    "another admin approves the end of a permission": row(
        end(NORTHLIGHT_ACCOUNT), admin_approval="removals"
    ),
    "a permission that exists needs no approval": row(
        permit(f"account_id={NORTHLIGHT_ACCOUNT}"), admin_approval="grants"
    ),
    "an absent permission is as good as ended": row(end(SECOND), delete_absent="success"),
    **calls(
        permit(f"account_id=act_{SECOND}"),
        permit(f"ad_account={SECOND}"),
        f"{LIST}&fields=id,name&summary=true",
        permit(pixel=PIXEL_2),
        permit(f"account_id={SECOND}&ad_account={NORTHLIGHT_ACCOUNT}"),
        permit(f"account_id={HARBOUR_ACCOUNT}"),
        permit("account_id=1"),
        permit("account_id=x"),
        permit("account_id="),
        "GET shared_accounts",
        end(SECOND),
    ),
    **calls(permit(), token="owner-token"),
    **calls(LIST, token="employee-token"),
    **calls(permit(pixel=PIXEL_3), token="northlight-token"),
}


def test_calls_to_shared_accounts_are_approved(approve_rows: ApproveRows) -> None:
    approve_rows("simulator-shared-accounts.txt", ROWS)
