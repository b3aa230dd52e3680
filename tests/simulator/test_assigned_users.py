import pytest
import requests

from metapixel_simulator import Simulator, World
from tests.simulator.conftest import Answer, Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

#: The employee of the owner, and the system user of an agency.
PERSON, SYSTEM_USER = "122100000000002", "122200000000001"
FIELDS = "id,name,user_type,tasks,business{id}"


def assign(
    api: Api, user: str = SYSTEM_USER, *tasks: str, token: str = "northlight-token"
) -> Answer:
    wanted = list(tasks or ("ANALYZE",))
    return api.post(f"{PIXEL}/assigned_users", token, user=user, tasks=wanted)


def assigned(api: Api, business: str, token: str = "owner-token") -> dict[str, Answer]:
    rows = api.get(f"{PIXEL}/assigned_users", token, business=business, fields=FIELDS)["data"]
    return {row["id"]: row for row in rows}


@pytest.fixture
def shared(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])


@pytest.mark.usefixtures("shared")
def test_an_agency_assigns_its_system_user(sim: Simulator, api: Api) -> None:
    assert assign(api) == {"success": True}

    row = assigned(api, NORTHLIGHT, "northlight-token")[SYSTEM_USER]
    assert (row["name"], row["user_type"]) == ("Northlight deploys", "SYSTEM_USER")
    assert (row["business"]["id"], set(row["tasks"])) == (NORTHLIGHT, {"ANALYZE", "AA_ANALYZE"})
    assert sim.world.assignments == {(PIXEL, SYSTEM_USER): ("ANALYZE",)}


def test_an_owner_assigns_a_person(api: Api) -> None:
    assign(api, PERSON, "EDIT", token="owner-token")

    assert assigned(api, OWNER)[PERSON]["user_type"] == "BUSINESS_USER"


@pytest.mark.usefixtures("shared")
def test_the_users_of_other_businesses_are_not_listed(api: Api) -> None:
    assign(api)

    assert assigned(api, OWNER) == {}
    assert list(assigned(api, NORTHLIGHT)) == [SYSTEM_USER]


@pytest.mark.usefixtures("shared")
def test_an_assignment_survives_the_end_of_the_share(sim: Simulator, api: Api) -> None:
    assign(api)
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    api.unshare(PIXEL, NORTHLIGHT)

    assert list(assigned(api, NORTHLIGHT)) == [SYSTEM_USER]
    assert sim.permissions() == set()


@pytest.mark.usefixtures("shared")
def test_an_assignment_is_deleted_once(api: Api) -> None:
    assign(api)
    path = f"{PIXEL}/assigned_users"

    assert api.delete(path, "northlight-token", user=SYSTEM_USER) == {"success": True}
    assert api.delete(path, "northlight-token", user=SYSTEM_USER)["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
def test_a_user_gets_no_task_that_the_business_lacks(api: Api) -> None:
    error = assign(api, SYSTEM_USER, "EDIT")["error"]

    assert (error["code"], "lacks" in error["message"]) == (100, True)


def test_a_business_without_the_pixel_assigns_nobody(api: Api) -> None:
    assert assign(api, token="owner-token")["error"]["code"] == 100


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_agency_assigns_no_user_of_another_business(api: Api, method: str) -> None:
    path = f"{PIXEL}/assigned_users"

    answer = api.call(method, path, "northlight-token", user=PERSON, tasks=["ANALYZE"])

    assert answer["error"]["code"] == 10


@pytest.mark.parametrize(
    ("params", "token", "code"),
    [
        ({}, "owner-token", 100),
        ({"business": "999"}, "owner-token", 100),
        ({"business": OWNER}, "employee-token", 10),
    ],
)
def test_a_list_needs_a_business_and_an_admin(
    api: Api, params: dict[str, str], token: str, code: int
) -> None:
    assert api.get(f"{PIXEL}/assigned_users", token, **params)["error"]["code"] == code


@pytest.mark.parametrize("edge", ["shared_accounts", "assigned_users"])
def test_a_refused_list_of_an_agency_names_both_businesses_whose_admin_may_read_it(
    api: Api, edge: str
) -> None:
    refused = api.get(f"{PIXEL}/{edge}", "employee-token", business=NORTHLIGHT)["error"]

    assert refused["message"].endswith(
        f"an admin of the business Northlight Media ({NORTHLIGHT}) or Acme Outdoor ({OWNER})"
    )


def test_a_field_expansion_lists_the_users_of_a_business(api: Api) -> None:
    assign(api, PERSON, token="owner-token")

    node = api.get(PIXEL, fields=f"assigned_users.business({OWNER}){{name}}")

    assert node["assigned_users"]["data"] == [{"name": "Erin Employee", "id": PERSON}]


def test_a_world_file_contains_assignments(sim: Simulator) -> None:
    sim.assign(PIXEL, PERSON, ["ANALYZE"])

    again = World.parse(sim.world.dump())

    assert again.assignments == {(PIXEL, PERSON): ("ANALYZE",)}


def test_an_assignment_by_hand_names_a_known_user_and_known_tasks(sim: Simulator) -> None:
    with pytest.raises(LookupError, match="there is no user 1"):
        sim.assign(PIXEL, "1", ["ANALYZE"])
    with pytest.raises(ValueError, match="tasks must be one or more of"):
        sim.assign(PIXEL, PERSON, ["WATCH"])


@pytest.mark.parametrize(("business", "listed"), [("", True), (OWNER, True), (HARBOUR, False)])
def test_the_page_lists_assigned_users(sim: Simulator, business: str, listed: bool) -> None:
    sim.assign(PIXEL, PERSON, ["UPLOAD"])

    text = requests.get(sim.page_url, params={"business": business}, timeout=10).text

    assert ("Erin Employee" in text) is listed
