"""Each kind of broken token, app, role or connection fails the right check, with right advice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from metapixel_simulator import Business, Simulator
from tests.cli.doctor.diagnosis import diagnose
from tests.support.byte_server import ByteServer, answer
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

TOKEN = "a-token-of-this-test"
SECRET = "a-secret-of-this-test"
#: The checks that depend on a token that Meta accepts.
DEPENDENT = {
    "token-user",
    "token-expiry",
    "data-access",
    "business-role",
    "share-scopes",
    "share-app-access",
    "answer-scopes",
    "permit-scopes",
    "delete-scopes",
}


def add_token(sim: Simulator, **changes: object) -> str:
    """Add a token that differs from the token of the owner, and return it."""
    owner = sim.world.tokens["owner-token"]
    sim.world.add(replace(owner, token=TOKEN, **changes))  # type: ignore[arg-type]
    return TOKEN


@pytest.mark.parametrize(
    ("state", "subcode", "advice"),
    [
        ("expired", 463, "the token expired: create one"),
        ("invalid", 467, "the token was revoked or is invalid: create a new one"),
        ("password_changed", 460, "the user changed the password: create a new token"),
        ("checkpointed", 459, "the user must log in to Facebook and pass a checkpoint"),
        ("unconfirmed", 464, "ask the user to confirm it at Facebook"),
        ("app_removed", 458, "the user removed the app: authorize the app again"),
    ],
)
def test_a_token_that_meta_no_longer_accepts_fails_with_its_reason(
    sim: Simulator, state: str, subcode: int, advice: str
) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN=add_token(sim, state=state))

    assert found.code == 1
    assert found.with_result("error") == {"token"}
    assert f"code 190/{subcode}" in found.of("token").text
    assert "from META_ACCESS_TOKEN" in found.of("token").text
    assert advice in found.of("token").advice
    assert found.with_result("not_run") >= DEPENDENT
    assert "see the check `token`" in found.of("share-scopes").text


def test_a_token_that_meta_does_not_know_fails(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN=TOKEN)

    assert found.with_result("error") == {"token"}
    assert "renew the access token" in found.of("token").advice
    assert found.of("api-version").text == "Meta refuses the token (see the check `token`)"


def test_a_token_without_scopes_fails_every_act(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="unscoped-token")

    scopes = {"share-scopes", "answer-scopes", "permit-scopes", "delete-scopes"}
    assert found.with_result("error") == scopes
    assert found.of("share-scopes").text == "The token lacks a required scope: business_management"
    assert found.of("share-scopes").advice.endswith(
        ": business_management, ads_management or ads_read, pages_read_engagement, pages_show_list"
    )
    assert found.of("delete-scopes").advice.endswith(
        ": business_management, ads_management or ads_read"
    )
    assert found.of("token").result == "success"


def test_a_token_that_can_only_answer_passes_only_this_act(sim: Simulator) -> None:
    token = add_token(sim, scopes=("business_management",))

    found = diagnose(sim.url, META_ACCESS_TOKEN=token)

    assert found.of("answer-scopes").result == "success"
    assert found.with_result("error") == {"share-scopes", "permit-scopes", "delete-scopes"}
    assert "ads_management or ads_read" in found.of("permit-scopes").text


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ((), "pages_read_engagement and pages_show_list"),
        (("pages_show_list",), "lacks pages_read_engagement, which"),
    ],
)
def test_missing_scopes_for_pages_are_a_warning(
    sim: Simulator, scopes: tuple[str, ...], missing: str
) -> None:
    token = add_token(sim, scopes=("business_management", "ads_read", *scopes))

    found = diagnose(sim.url, META_ACCESS_TOKEN=token)

    assert found.code == 0
    assert found.with_result("warning") == {"share-scopes"}
    assert missing in found.of("share-scopes").text


def test_the_token_of_an_employee_fails_the_role(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="employee-token")

    assert found.with_result("error") == {"business-role"}
    assert f"not an admin of business Acme Outdoor ({OWNER})" in found.of("business-role").text
    assert "give the user the admin role" in found.of("business-role").advice


def test_the_token_of_a_person_is_a_warning(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="employee-token")

    assert found.with_result("warning") == {"token-user"}
    assert "Erin Employee" in found.of("token-user").text
    assert "create a system user" in found.of("token-user").advice


def test_a_wrong_app_secret_fails_the_proof_and_not_the_token(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="secured-token", META_APP_SECRET=SECRET)

    assert found.with_result("error") == {"app-secret-proof"}
    assert "the app secret from META_APP_SECRET" in found.of("app-secret-proof").text
    assert "the app that created the token" in found.of("app-secret-proof").advice
    assert "Access Token Debugger" in found.of("app-secret-proof").advice
    assert found.of("token").result == "not_run"


def test_a_required_app_secret_that_is_absent_fails_the_proof(sim: Simulator) -> None:
    sim.set(require_appsecret_proof=True)

    found = diagnose(sim.url, META_ACCESS_TOKEN="secured-token")

    assert found.with_result("error") == {"app-secret-proof"}
    assert "no app secret is configured" in found.of("app-secret-proof").text


def test_the_right_app_secret_passes(sim: Simulator) -> None:
    sim.set(require_appsecret_proof=True)

    found = diagnose(
        sim.url, META_ACCESS_TOKEN="secured-token", META_APP_SECRET="example-app-secret"
    )

    assert found.code == 0
    assert found.of("app-secret-proof").result == "success"


def test_a_limited_app_fails_the_limits_and_states_the_wait(sim: Simulator) -> None:
    sim.set(rate_limit_calls=1, rate_limit_window=1800)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"rate-limits"}
    assert re.search("again in about 3[0-9] minutes", found.of("rate-limits").advice)


def test_an_app_close_to_its_limit_is_a_warning(sim: Simulator) -> None:
    sim.set(rate_limit_calls=7)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("warning") == {"rate-limits"}
    assert "% of a limit of the app is used" in found.of("rate-limits").text
    assert found.of("share-app-access").text == "the app has full access"


def test_an_unreachable_address_fails_the_connection() -> None:
    found = diagnose("http://127.0.0.1:9", META_ACCESS_TOKEN=TOKEN)

    assert found.with_result("error") == {"reachable"}
    assert "127.0.0.1:9 failed (connection refused)" in found.of("reachable").text
    assert "check the network" in found.of("reachable").advice
    assert found.with_result("not_run") >= {"token", "api-version", *DEPENDENT}


@pytest.mark.parametrize("status", [200, 403])
def test_a_page_instead_of_the_graph_api_fails_the_connection(status: int) -> None:
    with ByteServer(lambda request: [answer(b"<html>Log in</html>", status=status)]) as server:
        found = diagnose(server.url, META_ACCESS_TOKEN=TOKEN)

    assert found.with_result("error") == {"reachable"}
    assert "a proxy or a login page" in found.of("reachable").advice


def test_an_error_of_a_server_without_json_is_temporary() -> None:
    with ByteServer(lambda request: [answer(b"<html>Busy</html>", status=503)]) as server:
        found = diagnose(server.url, META_ACCESS_TOKEN=TOKEN)

    assert (found.code, found.with_result("warning")) == (4, {"reachable"})
    assert "HTTP 503" in found.of("reachable").text
    assert "run the command again later" in found.of("reachable").advice


def test_an_outage_at_meta_is_no_failure_of_the_token(sim: Simulator) -> None:
    sim.fault("POST batch", kind="graph_error", code=2, times=-1)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert (found.code, found.overall) == (4, "incomplete")
    assert found.with_result("warning") == {"reachable"}
    assert "temporarily" in found.of("reachable").text


@pytest.mark.parametrize("version", ["v19.0", "v99.0"])
def test_a_version_that_meta_refuses_fails_the_version(sim: Simulator, version: str) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token", META_API_VERSION=version)

    assert found.with_result("error") == {"api-version"}
    assert f"Meta refuses version {version}: " in found.of("api-version").text
    assert found.of("api-version").advice == (
        "set META_API_VERSION to a version that Meta supports; the default is v26.0"
    )
    assert "see the check `api-version`" in found.of("token").text


def test_the_token_of_another_business_fails_the_named_business(sim: Simulator) -> None:
    found = diagnose(sim.url, "--business", OWNER, META_ACCESS_TOKEN="harbour-token")

    assert found.with_result("error") == {"business-admin"}
    assert found.of("business-role").result == "success"
    assert "the token of an admin of this business" in found.of("business-admin").advice


def test_the_token_of_another_business_cannot_see_the_pixel(sim: Simulator) -> None:
    found = diagnose(sim.url, "--pixel", PIXEL, META_ACCESS_TOKEN="harbour-token")

    assert found.with_result("error") == {"pixel-owner"}
    assert found.of("pixel-owner").text.startswith(f"No credential set can see pixel {PIXEL} ")


def test_the_token_of_an_agency_cannot_share_the_pixel(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])

    found = diagnose(sim.url, "--pixel", PIXEL, META_ACCESS_TOKEN="northlight-token")

    assert found.of("pixel-owner").result == "warning"
    assert f"business Acme Outdoor ({OWNER}), which owns" in found.of("pixel-owner").text
    assert "only the owner can share a pixel" in found.of("pixel-owner").advice


def test_an_employee_of_the_owner_cannot_share_the_pixel(sim: Simulator) -> None:
    found = diagnose(sim.url, "--pixel", PIXEL, META_ACCESS_TOKEN="employee-token")

    assert found.of("pixel-owner").result == "error"
    advice = f"use the token of an admin of business Acme Outdoor ({OWNER})"
    assert found.of("pixel-owner").advice == advice


def test_one_credential_set_of_the_owner_is_enough_for_the_pixel(sim: Simulator) -> None:
    found = diagnose(
        sim.url,
        *("--pixel", PIXEL, "--business", OWNER, "--business", HARBOUR),
        META_ACCESS_TOKEN="harbour-token",
        META_ACCESS_TOKEN_OWNER="owner-token",
    )

    assert found.code == 0
    assert found.of("pixel-owner").text.endswith("admin of the owner: owner")
    assert found.results("business-admin") == ["success", "success"]


def test_limited_access_fails_the_access_of_the_app(sim: Simulator) -> None:
    sim.fault("GET client_pixels", kind="graph_error", code=270, times=-1)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"share-app-access"}
    assert "code 270" in found.of("share-app-access").text
    assert "request full access" in found.of("share-app-access").advice


def test_a_user_without_a_business_fails_the_role(sim: Simulator) -> None:
    sim.world.users[sim.world.tokens["employee-token"].user].roles.clear()

    found = diagnose(sim.url, META_ACCESS_TOKEN="employee-token")

    assert found.with_result("error") == {"business-role"}
    assert "no role in any business" in found.of("business-role").text


@pytest.mark.parametrize(
    ("options", "result"), [([], "not_run"), (["--business", OWNER], "success")]
)
def test_an_admin_of_the_last_of_many_businesses_does_not_fail_the_role(
    sim: Simulator, options: list[str], result: str
) -> None:
    roles = sim.world.users[sim.world.tokens["owner-token"].user].roles
    roles.clear()
    for number in range(30):
        sim.world.add(Business(f"77{number:02}", "Client"))
        roles[f"77{number:02}"] = "EMPLOYEE"
    roles[OWNER] = "ADMIN"

    found = diagnose(sim.url, *options, META_ACCESS_TOKEN="owner-token")

    assert found.of("business-role").result == result
    assert found.code == (0 if options else 4)
    if not options:
        text = found.of("business-role").text
        assert "not an admin of 25 of the 31 businesses" in text
        assert "name a business with --business" in text


@pytest.mark.parametrize("mark", ['"', "'"])
@pytest.mark.parametrize(
    ("name", "check"),
    [("META_ACCESS_TOKEN", "token"), ("META_APP_SECRET", "app-secret-proof")],
)
def test_a_secret_in_quotation_marks_fails_without_a_call(
    sim: Simulator, name: str, check: str, mark: str
) -> None:
    secrets = {"META_ACCESS_TOKEN": "owner-token", name: f"{mark}{SECRET}{mark}"}

    found = diagnose(sim.url, **secrets)

    assert found.with_result("error") == {check}
    assert f"from {name} is enclosed in quotation marks" in found.of(check).text
    assert sim.requests == []


def test_a_malformed_app_secret_fails_the_proof_and_not_the_token(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token", META_APP_SECRET="two words")

    assert found.with_result("error") == {"app-secret-proof"}
    assert "META_APP_SECRET" in found.of("app-secret-proof").text
    for check in ("token", "reachable", "share-scopes"):
        assert "see the check `app-secret-proof`" in found.of(check).text


def test_a_wrong_version_of_the_command_line_names_its_option(sim: Simulator) -> None:
    found = diagnose(sim.url, "--api-version", TOKEN, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"settings"}
    assert "The value of --api-version is not valid" in found.of("settings").text
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("field", "check", "advice"),
    [
        ("expires_at", "token-expiry", "create a new token"),
        ("data_access_expires_at", "data-access", "ask the user to log in to the app again"),
    ],
)
@pytest.mark.parametrize(("days", "result"), [(5, "warning"), (200, "success")])
def test_an_end_in_the_next_days_is_a_warning(
    sim: Simulator, field: str, check: str, advice: str, days: int, result: str
) -> None:
    end = datetime.now(UTC) + timedelta(days=days)

    found = diagnose(sim.url, META_ACCESS_TOKEN=add_token(sim, **{field: end}))

    assert found.of(check).result == result
    assert f"{end:%Y-%m-%d}" in found.of(check).text
    assert (advice in found.of(check).advice) is (result == "warning")
    assert found.code == 0


def test_an_ended_access_to_data_fails(sim: Simulator) -> None:
    end = datetime.now(UTC) - timedelta(days=1)

    found = diagnose(sim.url, META_ACCESS_TOKEN=add_token(sim, data_access_expires_at=end))

    assert found.with_result("error") == {"data-access"}


def test_no_token_at_all_fails_the_token(sim: Simulator) -> None:
    found = diagnose(sim.url)

    assert found.with_result("error") == {"token"}
    assert "export META_ACCESS_TOKEN (tokens in the config" in found.of("token").text
    assert "or add --stack" in found.of("token").advice
    assert "see the check `token`" in found.of("reachable").text


def test_a_blocked_user_fails_the_token(sim: Simulator) -> None:
    sim.fault("POST batch", kind="graph_error", code=368, times=-1)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("error") == {"token"}
    assert "resolve the block" in found.of("token").advice


@pytest.mark.parametrize(
    ("endpoint", "unread", "read"),
    [
        ("GET debug_token", {"token-user", "token-expiry", "data-access"}, "share-scopes"),
        ("GET me/permissions", set(), "share-scopes"),
        ("GET me/businesses", {"business-role"}, "share-scopes"),
        ("GET me", set(), "token-user"),
    ],
)
def test_checks_run_without_a_read_that_meta_refuses(
    sim: Simulator, endpoint: str, unread: set[str], read: str
) -> None:
    sim.fault(endpoint, kind="graph_error", code=10, message="Not for you", times=-1)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("not_run") == unread
    assert found.with_result("error") == set()
    assert found.of("token").result == "success"
    assert found.of(read).result == "success"
    assert all("Not for you" in found.of(check).text for check in unread)
    assert found.code == (4 if unread else 0)


@pytest.mark.parametrize(
    ("code", "advice"), [(2, "run the command again"), (100, "make the user a developer")]
)
def test_a_description_that_was_not_read_has_the_advice_for_its_reason(
    sim: Simulator, code: int, advice: str
) -> None:
    sim.fault("GET debug_token", kind="graph_error", code=code, times=-1)

    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert found.with_result("not_run") == {"token-user", "token-expiry", "data-access"}
    assert advice in found.of("token-user").advice


def test_a_healthy_token_passes_and_the_unknown_is_no_failure(sim: Simulator) -> None:
    found = diagnose(sim.url, META_ACCESS_TOKEN="owner-token")

    assert (found.code, found.overall) == (0, "success")
    assert found.with_result("unknown") == {"share-app-access", "rate-limits"}


def test_a_diagnosis_sends_only_reads(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    before = sim.world.dump()
    sim.clear_requests()

    diagnose(sim.url, "--pixel", PIXEL, "--business", OWNER, META_ACCESS_TOKEN="owner-token")

    assert {each.method for each in sim.requests if each.endpoint != "POST batch"} == {"GET"}
    assert sim.world.dump() == before


def test_a_diagnosis_puts_no_token_into_a_url(sim: Simulator) -> None:
    sim.clear_requests()

    diagnose(sim.url, "--pixel", PIXEL, META_ACCESS_TOKEN="owner-token")

    assert not [url for url in sim.raw_urls if "owner-token" in url]
