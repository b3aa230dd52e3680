"""`metapixel access` against the simulator: its reads, outputs and exit codes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from metapixel_cli.commands import metapixel
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Assignment, Pixel, SharingRequest, Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL
from tests.support.worlds import owner_and_agencies

Access = Callable[..., Result]
Declared = tuple[ResourceType, str, Mapping[str, object], Mapping[str, object]]
TASKS = ["ANALYZE", "ADVERTISE"]
ACCESS_FILE = (
    f'version: 1\nowner: "{OWNER}"\npixels: {{web: "{PIXEL}"}}\nagencies:\n  northlight:\n'
    f'    business: "{NORTHLIGHT}"\n    access: {{web: [ANALYZE]}}\n'
)


@pytest.fixture
def sim(sim: Simulator) -> Simulator:
    """The example world, in which Northlight has the web shop."""
    sim.share(PIXEL, NORTHLIGHT, TASKS)
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
    return sim


@pytest.fixture
def access(sim: Simulator) -> Access:
    """Runs the command for the owner of the example world."""

    def run(
        *arguments: str | Path,
        token: str | None = "owner-token",
        url: str = "",
        business: str = OWNER,
    ) -> Result:
        businesses = ["--business", business] if business else []
        options = ["access", *businesses, "--graph-url", url or sim.url]
        environment = {"META_ACCESS_TOKEN": token}
        return CliRunner(env=environment).invoke(metapixel, [*options, *map(str, arguments)])

    return run


ACTIVE: dict[str, object] = {"status": "ACTIVE"}
#: Northlight's access to the web shop: the type, the id, the inputs and the outputs of resources.
DECLARED: tuple[Declared, ...] = (
    (ResourceType.SHARE, f"{PIXEL}/{NORTHLIGHT}", {"permitted_tasks": TASKS}, ACTIVE),
    (ResourceType.PERMISSION, f"{PIXEL}/{NORTHLIGHT}/{NORTHLIGHT_ACCOUNT}", {}, ACTIVE),
)


def state(folder: Path, key: str = "resources", declared: Iterable[Declared] = DECLARED) -> Path:
    """Write the exported state of a stack with these resources.

    With the key `pending_operations`, a killed run was creating them.
    """
    resources: list[dict[str, object]] = [
        {
            "urn": f"urn:pulumi:prod::shop::{type_.dynamic}::one",
            "type": type_.dynamic,
            "id": id_,
            "inputs": {**dict(zip(type_.key, id_.split("/"), strict=True)), **given},
            "outputs": outputs,
        }
        for type_, id_, given, outputs in declared
    ]
    path = folder / "state.json"
    if key != "resources":
        resources = [{"type": "creating", "resource": each} for each in resources]
    path.write_text(json.dumps({"version": 3, "deployment": {key: resources}}))
    return path


def test_declared_access_is_managed_and_the_command_writes_nothing_to_meta(
    access: Access, sim: Simulator, tmp_path: Path
) -> None:
    declared = state(tmp_path)
    sim.clear_requests()

    result = access("--state", declared, "--fail-on", "unmanaged", "--fail-on", "drifted")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Complete: ")
    assert f"Northlight Media ({NORTHLIGHT})" in result.stdout
    assert "Stacks: shop/prod." in result.stdout
    assert result.stderr == ""
    written = {entry.endpoint for entry in sim.requests if entry.method != "GET"}
    assert written <= {"POST batch"}


def test_a_finding_that_fail_on_names_ends_with_3(access: Access) -> None:
    found = access("--fail-on", "unmanaged", "--fail-on", "overdue")

    assert found.exit_code == 3
    assert found.stderr == "Open findings that --fail-on names: unmanaged (2).\n"
    assert access("--fail-on", "nothing").exit_code == 0


def test_a_request_is_a_finding_after_the_days_that_the_option_gives(
    access: Access, sim: Simulator, tmp_path: Path
) -> None:
    sim.world.add(SharingRequest("2400", OWNER, HARBOUR, {}))
    waits = {"status": "PENDING", "pending_request_id": "2400", "requested_on": "2026-11-01"}
    asked = state(tmp_path, declared=[(ResourceType.SHARE, f"{PIXEL}/{HARBOUR}", {}, waits)])

    options = ("--state", asked, "--today", "2026-11-04", "--fail-on", "open-request")

    codes = [access(*options, "--request-days", days).exit_code for days in ("3", "2")]
    assert codes == [0, 3]


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [("GET initiated_sharing_agreements", "requests"), ("GET business/agencies", "partners")],
)
def test_a_refused_read_is_listed_and_ends_with_4_although_something_is_found(
    access: Access, sim: Simulator, endpoint: str, part: str
) -> None:
    sim.fault(endpoint, kind="graph_error", code=200, times=-1)

    result = access("--fail-on", "unmanaged")

    assert result.exit_code == 4
    assert result.stdout.startswith("Incomplete (1 part was not read)")
    address = sim.url.removeprefix("http://")
    assert f"business Acme Outdoor ({OWNER}), {part}: {address} (--graph-url)" in result.stdout


def test_a_wrong_agency_is_one_line_and_the_rest_is_reported(access: Access) -> None:
    result = access("--agency", "999")

    assert result.exit_code == 4
    (line,) = re.findall("(?m)^.*, ad accounts and users: .*$", result.stdout)
    assert line.startswith("- 3 pixels, for example pixel Acme web shop")
    assert "business 999" in line
    assert "Access, as far as it was read: 1 share, 1 permitted ad account." in result.stdout


@pytest.mark.parametrize(
    ("token", "business", "message"),
    [
        (None, OWNER, "No access token is configured; export META_ACCESS_TOKEN (tokens in"),
        (
            "northlight-token",
            HARBOUR,
            f"refused to read the pixels of business {HARBOUR}, with the token from META_ACCESS_T",
        ),
    ],
)
def test_a_command_that_reads_nothing_at_all_fails_with_one_line_and_writes_nothing(
    access: Access, tmp_path: Path, token: str | None, business: str, message: str
) -> None:
    result = access("--output", tmp_path / "a.csv", token=token, business=business)

    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert message in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("known", ["partner", "file", "killed"])
def test_a_user_of_a_former_agency_is_unmanaged_and_the_headline_names_the_agency(
    access: Access, sim: Simulator, tmp_path: Path, known: str
) -> None:
    sim.unshare(PIXEL, NORTHLIGHT)
    sim.world.add(Assignment(PIXEL, "122200000000001", ("ANALYZE",)))
    file = tmp_path / "access.yaml"
    file.write_text(f"{ACCESS_FILE}    contact: c\n    reason: r\n    expires_on: 2026-01-31\n")
    sim.set(former_partner="listed" if known == "partner" else "omitted")

    killed = ["--state", state(tmp_path, "pending_operations")]
    result = access(*{"file": ["--access-file", file], "killed": killed}.get(known, []))

    assert result.exit_code == 0
    assert NORTHLIGHT in result.stdout.splitlines()[0]
    assert "System user Northlight deploys (122200000000001) of business" in result.stdout


def test_an_ended_request_to_an_unknown_business_makes_a_report_incomplete_until_it_is_named(
    access: Access, sim: Simulator
) -> None:
    sim.set(request_node="BusinessAgreement")
    sim.world.add(SharingRequest("2400", OWNER, HARBOUR, {}, "EXPIRED"))

    unknown, named = access(), access("--agency", HARBOUR)

    assert (unknown.exit_code, named.exit_code) == (4, 0)
    assert "received sharing request 2400, so the ad accounts of that business" in unknown.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "report.xls"], "does not select a format; use one of .txt, .csv"),
        (["--output", "no/report.csv"], "folder no does not exist"),
        (["--output", "new.csv", "--output", "old.csv"], "add --force"),
        (["--credentials", "a", "--credentials", "b"], "is given 2 times for 1 businesses"),
        (["--credentials", "a"] * 2 + ["--business", "1", "--business", "2"], "for 3 businesses"),
        (["--cwd", ".", "--cwd", ".", "--stack", "a"], "Give --cwd once, or once for each"),
        (["--cwd", "."] * 2 + ["--stack", "a"] * 3, "Give --cwd once, or once for each"),
        (["--fail-on", "pending"], "'pending' is not one of"),
        (["--state", "none.json"], "does not exist"),
        (["--request-days", "-1"], "-1"),
        (["--owner", HARBOUR], "--owner needs --clients-of"),
        (["--clients-of", HARBOUR], "without --business and --agency"),
        (["--access-file", "damaged.yaml"], "'##\ufffd[error]' is not a finding"),
        ([], "Missing option '--business'"),
        (["--access-file", "empty.yaml"], "Missing option '--business'"),
    ],
)
def test_wrong_usage_ends_with_2_before_any_call(
    access: Access,
    sim: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "damaged.yaml").write_text("accepted: [{finding: '##[error]'}]")
    (tmp_path / "empty.yaml").write_text("accepted: []")
    (tmp_path / "old.csv").write_text("old")
    sim.clear_requests()

    result = access(*arguments, business="" if "Missing" in message else OWNER)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())
    assert sim.requests == []
    assert {each.name for each in tmp_path.iterdir()} == {"damaged.yaml", "empty.yaml", "old.csv"}


def test_several_files_come_from_one_read_and_replace_others_only_with_force(
    access: Access, sim: Simulator, tmp_path: Path
) -> None:
    def reads() -> list[str]:
        # The division into batches depends on the time.
        return sorted(each.path for each in sim.requests if each.method == "GET")

    sim.clear_requests()
    table = access().stdout
    of_the_table = reads()
    sim.clear_requests()
    paths = [tmp_path / f"report{suffix}" for suffix in (".txt", ".csv", ".json", ".html")]
    paths[1].write_text("old")

    outputs = (each for path in paths for each in ("--output", path))
    result = access("--json", *outputs, "--force")

    assert (result.exit_code, reads()) == (0, of_the_table)
    assert result.stderr == "".join(f"Wrote {path}.\n" for path in paths)
    text, rows, document, page = (path.read_text("utf-8-sig") for path in paths)
    assert text.splitlines()[0] == table.splitlines()[0]
    assert document == result.stdout
    assert page.startswith("<!DOCTYPE html>")
    assert NORTHLIGHT in page
    assert f"{PIXEL}/{NORTHLIGHT}" in [
        row["pixel/agency"] for row in csv.DictReader(StringIO(rows))
    ]


def test_an_access_file_has_the_owner_accepted_findings_and_contacts(
    access: Access, tmp_path: Path
) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(
        f"{ACCESS_FILE}    contact: anna@shop.example\n    reason: Spring\naccepted:\n"
        f"  - {{finding: unmanaged, pixel: web, reason: Known, expires_on: 2027-01-31}}\n"
        f'  - {{finding: unmanaged, subject: "{NORTHLIGHT_ACCOUNT}", reason: Known, '
        f"expires_on: 2027-01-31}}\n"
    )

    options = ["--json", "--access-file", path, "--fail-on", "unmanaged", "--today"]
    accepted = access(*options, "2027-01-31", business="")
    document = json.loads(accepted.stdout)

    assert accepted.exit_code == 0, accepted.stderr
    assert access(*options, "2027-02-01", business="").exit_code == 3
    assert [each["id"] for each in document["businesses"]] == [OWNER]
    rows = [row for row in document["rows"] if row["business_id"] == NORTHLIGHT]
    assert {row["contact"] for row in rows} == {"anna@shop.example"}
    (share,) = (row for row in rows if row["route"] == "share")
    assert share["findings"][0]["acceptance"]["reason"] == "Known"


def test_each_business_is_read_with_its_own_credentials(tmp_path: Path) -> None:
    world = owner_and_agencies("100", ["201"])
    world.add(Pixel("300", "Web", "100"), Pixel("301", "Shop", "201"))
    with Simulator(world) as simulator:
        environment = {
            "META_ACCESS_TOKEN_FIRST": "owner-token",
            "META_ACCESS_TOKEN_SECOND": "agencies-token",
        }
        options = ["access", "--json", "--graph-url", simulator.url]
        businesses = ["--business", "100", "--business", "201"]
        sets = ["--credentials", "first", "--credentials", "second"]
        runner = CliRunner(env=environment)
        both = runner.invoke(metapixel, [*options, *businesses, *sets])
        one = runner.invoke(metapixel, [*options, *businesses, *sets[:2]])

    read = [(each["owner_id"], each["id"]) for each in json.loads(both.stdout)["pixels"]]
    assert both.exit_code == 0
    assert sorted(read) == [("100", "300"), ("201", "301")]
    assert one.exit_code == 4, "a token read a business where its user has no role"


# The agency's side


OF_CLIENTS = ("--clients-of", NORTHLIGHT)


def test_an_agency_reads_what_its_clients_share_and_what_waits(
    access: Access, sim: Simulator, tmp_path: Path
) -> None:
    sim.set(request_node="BusinessAgreement")
    sim.world.add(
        SharingRequest("2401", OWNER, NORTHLIGHT, {}), SharingRequest("2402", HARBOUR, NORTHLIGHT)
    )
    files = [tmp_path / f"clients.{suffix}" for suffix in ("json", "txt", "html", "csv")]

    outputs = (each for file in files for each in ("--output", file))
    waits = ("--fail-on", "open-request")
    result = access(*OF_CLIENTS, *outputs, *waits, token="northlight-token", business="")

    assert result.exit_code == 3, result.output
    assert "Sharing request 2401 waits for an answer: no stack accepts it" in result.stdout
    assert f"Businesses: Northlight Media ({NORTHLIGHT})." in result.stdout
    assert "Meta does not return who sent 1 open request: 2402." in result.stdout
    assert f"\nClient Acme Outdoor ({OWNER})\npixel " in result.stdout
    document = json.loads(files[0].read_text())
    found = [(each["name"], each["subject_id"]) for each in document["findings"]]
    assert found == [
        ("open-request", "2402"),
        ("unmanaged", NORTHLIGHT_ACCOUNT),
        ("open-request", "2401"),
    ]
    assert document["side"] == "agency"
    assert document["unread"] == []
    for file in files[1:]:
        assert "Acme Outdoor" in file.read_text("utf-8-sig")

    # The agency declares that it accepts all that Harbour sends.
    answer: Declared = (ResourceType.STANDING_RESPONSE, f"{HARBOUR}/{NORTHLIGHT}", {}, {})
    owners = ("--owner", OWNER, "--state", state(tmp_path, declared=[answer]))
    named = access(*OF_CLIENTS, *owners, token="northlight-token", business="")
    assert f"\nClient Harbour Performance ({HARBOUR})\n" in named.stdout
    assert "Meta does not return who sent" not in named.stdout
