import pytest

from metapixel_simulator import Assignment, Simulator, World
from tests.simulator.conftest import Answer, Api
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

#: The employee of the owner, and the system user of an agency.
PERSON, SYSTEM_USER = "122100000000002", "122200000000001"
FIELDS = "id,name,user_type,tasks,business{id}"


@pytest.fixture(autouse=True)
def assigned(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.world.add(
        Assignment(PIXEL, PERSON, ("EDIT",)), Assignment(PIXEL, SYSTEM_USER, ("ANALYZE",))
    )


def users(api: Api, business: str, token: str = "owner-token") -> dict[str, Answer]:
    rows = api.get(f"{PIXEL}/assigned_users", token, business=business, fields=FIELDS)["data"]
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize(
    ("business", "token", "user", "name", "kind", "tasks"),
    [
        (OWNER, "owner-token", PERSON, "Erin Employee", "BUSINESS_USER", {"EDIT"}),
        *(
            (NORTHLIGHT, token, SYSTEM_USER, "Northlight deploys", "SYSTEM_USER", tasks)
            for token in ("owner-token", "northlight-token")
            for tasks in [{"ANALYZE", "AA_ANALYZE"}]
        ),
    ],
)
def test_a_list_has_the_users_of_one_business(
    api: Api, business: str, token: str, user: str, name: str, kind: str, tasks: set[str]
) -> None:
    ((found, row),) = users(api, business, token).items()

    assert (found, row["name"], row["user_type"]) == (user, name, kind)
    assert (row["business"]["id"], set(row["tasks"])) == (business, tasks)


def test_an_assignment_survives_the_end_of_the_share(sim: Simulator, api: Api) -> None:
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    api.unshare(PIXEL, NORTHLIGHT)

    assert list(users(api, NORTHLIGHT)) == [SYSTEM_USER]
    assert sim.permissions() == set()


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
    node = api.get(PIXEL, fields=f"assigned_users.business({OWNER}){{name}}")

    assert node["assigned_users"]["data"] == [{"name": "Erin Employee", "id": PERSON}]


def test_a_world_file_contains_assignments(sim: Simulator) -> None:
    again = World.parse(sim.world.dump())

    assert again.assignments == {(PIXEL, PERSON): ("EDIT",), (PIXEL, SYSTEM_USER): ("ANALYZE",)}
