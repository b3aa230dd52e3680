"""What each endpoint answers, and what it refuses: the call, and its answer or its error."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from metapixel_simulator import Assignment, Simulator
from tests.simulator.conftest import Answer, Api
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

#: An employee of the owner, the system user of an agency, and the request that waits for Harbour.
PERSON, SYSTEM_USER, REQUEST = "122100000000002", "122200000000001", "2400000000000001"
AGENCY, RECIPIENT, EMPLOYEE = "northlight-token", "harbour-token", "employee-token"


class Error(NamedTuple):
    code: int
    told: str
    subcode: int | None = None


class Row(NamedTuple):
    """A call with its answer. A path without an id is an edge of PIXEL.

    The answer lacks `paging`, which only a list of ad accounts must not have.
    """

    call: str
    answer: Answer | Error
    token: str = "owner-token"
    params: dict[str, str] = {}  # noqa: RUF012 - never changed


UNKNOWN = "does not exist, cannot be loaded due to missing permissions"
USERS = {"fields": "name,user_type,tasks,business{id}"}
SHARE = {"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'}
PERMIT = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}
EDIT = {"permitted_tasks": '["EDIT"]'}


def share(code: int, told: str, **changes: str) -> Row:
    return Row("POST agencies", Error(code, told), params=SHARE | changes)


def permit(code: int, told: str, pixel: str = PIXEL, token: str = AGENCY, **changes: str) -> Row:
    return Row(f"POST {pixel}/shared_accounts", Error(code, told), token, PERMIT | changes)


def respond(code: int, told: str, token: str = RECIPIENT, **params: str) -> Row:
    return Row(f"POST {REQUEST}", Error(code, told), token, params)


def initiated(listed: bool, **params: str) -> Row:
    rows = [{"id": REQUEST}] * listed
    return Row(f"GET {OWNER}/initiated_sharing_agreements", {"data": rows}, params=params)


READS = {
    "a pixel shows the fields that are asked for": Row(
        f"GET {PIXEL}",
        {
            "id": PIXEL,
            "name": "Acme web shop",
            "owner_business": {"id": OWNER, "name": "Acme Outdoor"},
            "owner_ad_account": {"id": f"act_{OWNER_ACCOUNT}", "account_id": OWNER_ACCOUNT},
            "last_fired_time": "2026-11-20T08:15:00+0000",
        },
        params={"fields": "id,name,owner_business,owner_ad_account{account_id},last_fired_time"},
    ),
    "a field without a value is left out": Row(
        f"GET {PIXEL_3}", {"id": PIXEL_3}, params={"fields": "last_fired_time,owner_ad_account"}
    ),
    "a pixel shows its id without fields": Row(f"GET {PIXEL}", {"id": PIXEL}),
    "a business shows its name without fields": Row(
        f"GET {OWNER}", {"id": OWNER, "name": "Acme Outdoor"}
    ),
    "fields may be a JSON list": Row(
        f"GET {PIXEL}", {"id": PIXEL, "name": "Acme web shop"}, params={"fields": '["name"]'}
    ),
    "an expansion takes the edge's parameters": Row(
        f"GET {PIXEL}",
        {"id": PIXEL, "shared_accounts": {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}"}]}},
        params={"fields": f"shared_accounts.business({NORTHLIGHT}){{id}}"},
    ),
    "an ad account is found by its number": Row(
        f"GET {OWNER_ACCOUNT}", {"id": f"act_{OWNER_ACCOUNT}", "account_id": OWNER_ACCOUNT}
    ),
    "an ad account is found by its prefixed id": Row(
        f"GET act_{OWNER_ACCOUNT}",
        {"id": f"act_{OWNER_ACCOUNT}", "name": "Acme house account"},
        params={"fields": "name"},
    ),
    "agencies show their names without fields": Row(
        "GET agencies", {"data": [{"id": NORTHLIGHT, "name": "Northlight Media"}]}
    ),
    "agencies show their tasks, and their number on request": Row(
        f"GET {PIXEL_2}/agencies",
        {
            "data": [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}],
            "summary": {"total_count": 1},
        },
        params={"fields": "permitted_tasks", "summary": "true"},
    ),
    "an employee of the owner sees agencies": Row(
        f"GET {PIXEL_3}/agencies", {"data": []}, EMPLOYEE
    ),
    "a slash at the end changes nothing": Row(f"GET {PIXEL_3}/agencies/", {"data": []}),
    "ad accounts show no summary": Row(
        "GET shared_accounts",
        {"data": [{"id": f"act_{NORTHLIGHT_ACCOUNT}", "name": "Northlight for Acme"}]},
        AGENCY,
        {"business": NORTHLIGHT, "fields": "id,name", "summary": "true"},
    ),
    **{
        f"{token} sees the users of the agency": Row(
            "GET assigned_users",
            {
                "data": [
                    {
                        "id": SYSTEM_USER,
                        "name": "Northlight deploys",
                        "user_type": "SYSTEM_USER",
                        "tasks": ["UPLOAD"],
                        "business": {"id": NORTHLIGHT},
                    }
                ]
            },
            token,
            {"business": NORTHLIGHT, **USERS},
        )
        for token in ("owner-token", AGENCY)
    },
    "sent requests are filtered by status and recipient": initiated(
        True, request_status="pending", receiving_business_id=HARBOUR
    ),
    "other recipients are left out": initiated(False, receiving_business_id=NORTHLIGHT),
    "other statuses are left out": initiated(False, request_status="DECLINE"),
}

REFUSED = {
    "an unknown field": Row(
        f"GET {PIXEL}",
        Error(100, "nonexisting field (colour) on node type (AdsPixel)"),
        params={"fields": "id,colour"},
    ),
    **{
        f"the fields {fields}": Row(
            f"GET {PIXEL}", Error(2500, "Syntax error"), params={"fields": fields}
        )
        for fields in ("id,", "agencies{id", "agencies.limit(5", "id}", "a b")
    },
    "an unknown object": Row("GET 999/agencies", Error(100, f"'999' {UNKNOWN}", 33)),
    "a pixel out of sight is unknown": Row(
        "GET agencies", Error(100, f"'{PIXEL}' {UNKNOWN}", 33), RECIPIENT
    ),
    "a request out of sight is unknown": Row(f"GET {REQUEST}", Error(100, UNKNOWN, 33), AGENCY),
    "an unknown edge": Row(f"GET {PIXEL}/followers", Error(2500, "Unknown path components")),
    "a method that an edge does not have": Row(
        f"DELETE {OWNER}/owned_pixels", Error(100, "Unsupported delete request", 33)
    ),
    **{
        f"the limit {limit}": Row(
            f"GET {OWNER}/owned_pixels", Error(100, "Param limit"), params={"limit": limit}
        )
        for limit in ("0", "-1", "many")
    },
    "a cursor that is none": Row(
        f"GET {OWNER}/owned_pixels", Error(100, "Invalid cursors"), params={"after": "nonsense"}
    ),
    "agencies are the owner's to see": Row("GET agencies", Error(10, "owns this pixel"), AGENCY),
    "a list of ad accounts needs a business": Row(
        "GET shared_accounts", Error(100, "The parameter business is required")
    ),
    "a list of users needs a business": Row("GET assigned_users", Error(100, "business")),
    "a list of users needs a known business": Row(
        "GET assigned_users", Error(100, "got 999"), params={"business": "999"}
    ),
    "an employee is no admin of the owner": Row(
        "GET assigned_users", Error(10, "Acme Outdoor"), EMPLOYEE, {"business": OWNER}
    ),
    **{
        f"{edge} of an agency, with both businesses whose admin may read it": Row(
            f"GET {edge}",
            Error(
                10,
                "the user must be an admin of the business "
                f"Northlight Media ({NORTHLIGHT}) or Acme Outdoor ({OWNER})",
            ),
            EMPLOYEE,
            {"business": NORTHLIGHT},
        )
        for edge in ("shared_accounts", "assigned_users")
    },
    "a filter by an unknown status": Row(
        f"GET {HARBOUR}/received_sharing_agreements",
        Error(100, "must be one of"),
        RECIPIENT,
        {"request_status": "LATE"},
    ),
    "EDIT without an app on Meta's list": share(200, "allowlisted", **EDIT),
    "an unknown task": share(
        100, "permitted_tasks[1] must be one of", permitted_tasks='["ANALYZE", "WATCH"]'
    ),
    "no tasks": share(100, "permitted_tasks must not be empty", permitted_tasks="[]"),
    "tasks that are no list": share(
        100, "permitted_tasks must be an array", permitted_tasks="ANALYZE"
    ),
    "a share without tasks": share(
        100, "(#100) The parameter permitted_tasks is required", permitted_tasks=""
    ),
    "a share with the owner": share(
        100, "cannot be shared with the business that owns it", business=OWNER
    ),
    "a share with an unknown business": share(100, "a business - got 999", business="999"),
    "a share with a name": share(100, "business must be an integer", business="Northlight"),
    "a share by an employee": Row("POST agencies", Error(10, "Acme Outdoor"), EMPLOYEE, SHARE),
    "a share without the scope": Row(
        "POST agencies", Error(200, "business_management"), "unscoped-token", SHARE
    ),
    "two ad accounts": permit(100, "the same ad account", ad_account=NORTHLIGHT_ACCOUNT_2),
    "an ad account of others": permit(100, "no access to the ad", account_id=HARBOUR_ACCOUNT),
    "an unknown ad account": permit(100, "must be an ad account - got 1", account_id="1"),
    "an ad account without digits": permit(100, "must be an ad account id", account_id="x"),
    "no ad account": permit(100, "The parameter account_id is required", account_id=""),
    "an ad account of an agency, by the owner": permit(
        10, "an admin of the business Northlight Media", token="owner-token"
    ),
    "UPLOAD alone allows no advertising": permit(100, "may not advertise", pixel=PIXEL_2),
    "an ad account on a pixel that is not shared": Row(
        f"POST {PIXEL_3}/shared_accounts", Error(100, UNKNOWN, 33), AGENCY, PERMIT
    ),
    "an answer by the owner": respond(
        10, "Harbour Performance", "owner-token", request_status="approve"
    ),
    "an answer by a stranger": Row(
        f"POST {REQUEST}", Error(100, UNKNOWN, 33), AGENCY, {"request_status": "approve"}
    ),
    "an unknown answer": respond(100, "must be one of {APPROVE, DECLINE}", request_status="maybe"),
    "no answer": respond(100, "The parameter request_status is required"),
    "a call without a token": Row("GET me", Error(104, "An access token is required"), ""),
    "an unknown token": Row("GET me", Error(190, "Cannot parse access token"), "nobody"),
    "an expired token": Row("GET me", Error(190, "has expired on", 463), "expired-token"),
    "a version that has ended": Row("GET /v23.0/me", Error(2635, "deprecated version")),
    "a version that is not served yet": Row("GET /v99.0/me", Error(2635, "no version v99.0")),
}


@pytest.fixture(autouse=True)
def estate(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE", "ANALYZE"])
    sim.share(PIXEL_2, NORTHLIGHT, ["UPLOAD"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    sim.ask(PIXEL_3, HARBOUR, ["ANALYZE"])
    sim.world.add(Assignment(PIXEL, PERSON, ("EDIT",)), Assignment(PIXEL, SYSTEM_USER, ("UPLOAD",)))


def send(api: Api, row: Row) -> Answer:
    method, _, path = row.call.partition(" ")
    edges = ("agencies", "shared_accounts", "assigned_users")
    return api.call(method, f"{PIXEL}/{path}" if path in edges else path, row.token, **row.params)


@pytest.mark.parametrize("row", READS.values(), ids=READS)
def test_a_read(api: Api, row: Row) -> None:
    answer = send(api, row)
    for page in (answer, *answer.values()):
        if isinstance(page, dict) and row.call != "GET shared_accounts":
            page.pop("paging", None)

    assert answer == row.answer


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_a_refused_call_changes_nothing(sim: Simulator, api: Api, row: Row) -> None:
    before = sim.world.dump()

    error = send(api, row)["error"]

    assert isinstance(row.answer, Error)
    assert (error["code"], error.get("error_subcode")) == (row.answer.code, row.answer.subcode)
    assert row.answer.told in error["message"]
    assert error["type"] == (
        "GraphMethodException" if row.answer.subcode == 33 else "OAuthException"
    )
    assert error["fbtrace_id"]
    assert api.last.status_code == (403 if row.answer.code in (10, 200) else 400)
    assert sim.world.dump() == before
