"""What a probe says before its first write, what it refuses, and what it does without a token."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from metapixel_cli.exits import Exit
from metapixel_cli.probe.calls import Delay, Traffic
from metapixel_cli.probe.command import probe_command
from metapixel_cli.probe.errors import OverBudgetError
from metapixel_cli.probe.experiments import ASKED, QUESTIONS
from metapixel_cli.probe.questions import Impact, Question
from metapixel_simulator import Business, Relationship
from tests.cli.probe.probing import ACCOUNT, AGENCY, PIXEL, Probe, is_call, writes
from tests.conftest import Approve
from tests.support.example import OWNER

ASKED_BY_ALL = f"It can get results for at most {len(ASKED)} of {len(ASKED)} questions."
PERMISSIONS = {"POST shared_accounts", "DELETE shared_accounts"}
AGENCYS = "META_ACCESS_TOKEN_AGENCY"


def test_the_help_lists_the_exit_codes() -> None:
    listed = (probe_command.help or "").partition("Exit codes")[2]

    assert [int(code) for code in re.findall(r"(?m)^ *([0-9]+) ", listed)] == sorted(Exit)


def test_a_dry_run_makes_no_call_and_leaves_no_file(probe: Probe) -> None:
    result = probe.run("--dry-run", yes=False)

    assert result.exit_code == 0
    assert f"The probe works on pixel {PIXEL}, with agency {AGENCY}." in result.stdout
    assert ASKED_BY_ALL in result.stdout
    assert probe.sim.requests == []
    assert list(probe.folder.iterdir()) == []


@pytest.mark.parametrize("given", ["n\n", ""], ids=["no", "closed"])
def test_the_plan_names_assets_costs_and_consequences_and_nothing_is_written_before_a_yes(
    probe: Probe, given: str, approve: Approve
) -> None:
    probe.sim.world.businesses[OWNER].name = "##[Acme]"

    result = probe.run(yes=False, given=given)

    plan = result.stdout.partition("Begin?")[0]
    approve("probe-plan.txt", plan.replace(probe.sim.url, "URL").replace(str(probe.folder), "."))
    assert result.exit_code == 1
    assert "Nothing was written. To skip this confirmation, add --yes" in result.stderr
    assert "Aborted" not in result.stderr
    assert writes(probe) == []
    assert not probe.journal.exists()


def test_a_run_costs_about_as_much_as_its_plan_and_keeps_a_request_to_another_agency(
    probe: Probe,
) -> None:
    probe.sim.world.add(Business("300", "Another agency"))
    other = probe.sim.sharing.share(PIXEL, "300", ("ANALYZE",))

    assert probe.run().exit_code == 0

    costs_about(probe, 175, 29)
    assert [each.id for each in probe.sim.open_requests()] == [other]


def test_no_more_calls_are_refused_than_the_plan_states(probe: Probe) -> None:
    probe.sim.set(
        request_node="BusinessAgreement",
        delete_while_pending="no_effect",
        ad_account_parameter="account_id",
        repeat_share="error",
    )

    probe.run()

    assert len([each for each in probe.sim.requests if is_call(each) and each.error_code]) == 16


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_a_question_has_the_cost_and_the_effect_that_the_plan_states(
    probe: Probe, question: Question
) -> None:
    result = probe.run("--only", question.name, yes=question.impact is not Impact.NOTHING)

    planned = [int(each) for each in re.findall("bout ([0-9]+) calls", result.stdout)]
    costs_about(probe, *[*planned, 0][:2])
    sent = set(writes(probe))
    assert question.impact is not Impact.NOTHING or not sent
    assert question.impact is not Impact.REFUSAL or sent == {"DELETE agencies"}
    assert question.impact is Impact.PERMISSION or not sent & PERMISSIONS
    assert ("It only reads from Meta." in result.stdout) == (question.impact is Impact.NOTHING)
    assert result.exit_code == (3 if question.name == "stale_reads" else 0)


def costs_about(probe: Probe, calls: int, written: int) -> None:
    assert calls * 0.6 < len(list(filter(is_call, probe.sim.requests))) < calls * 1.5
    assert len(writes(probe)) < 2 * written or not written


@pytest.mark.parametrize("last", [0, 4])
def test_a_probe_that_meta_keeps_busy_stops_at_twice_its_plan_and_restores_the_pixel(
    probe: Probe, last: int
) -> None:
    # Meta does not return a request, so each experiment waits for it in vain.
    fault = partial(probe.sim.fault, "GET request", kind="graph_error", times=-1)
    fault(code=100, subcode=33, after_n=last)

    result = probe.run()

    assert "The probe stops: the probe made twice the calls of its plan." in result.stderr
    reason = "the probe stopped before: the probe made twice the calls of its plan"
    assert probe.entries["implied_tasks"]["reason"] == reason
    assert "The pixel is restored.\n" in result.stdout
    assert result.exit_code == 3
    assert len(list(filter(is_call, probe.sim.requests))) < 2 * 175 + 250
    assert probe.is_restored()


@pytest.mark.parametrize(
    ("noun", "most", "lag"),
    [("calls", 20, 0), ("calls", 40, 3), ("writes", 8, 3), ("requests", 2, 0)],
)
def test_a_limit_is_twice_the_plan_and_a_lag_needs_more_calls(
    noun: str, most: int, lag: int
) -> None:
    traffic = Traffic(lambda message: None)
    traffic.planned = {"calls": 10, "writes": 4, "requests": 1}
    traffic.delays = [Delay(lag, 0.0)]

    traffic.used[noun] = most - 1
    traffic.check_budget()
    traffic.used[noun] = most
    with pytest.raises(OverBudgetError, match=f"twice the {noun} of its plan"):
        traffic.check_budget()
    traffic.planned = {}
    traffic.check_budget()


@pytest.mark.parametrize("edge", ["agencies", "shared_accounts"])
def test_a_restoration_does_not_repeat_a_refused_read(probe: Probe, edge: str) -> None:
    probe.sim.fault(f"GET {edge}", kind="graph_error", code=10, after_n=4, times=-1)

    result = probe.run()

    refused = [each for each in probe.sim.requests if each.fault]
    assert result.exit_code == 4, result.output
    assert len(refused) <= 4
    assert probe.journal.exists()


def test_without_the_agencys_token_no_request_is_opened(probe: Probe) -> None:
    result = probe.run("--ad-account", ACCOUNT, both=False)

    assert result.exit_code == 3
    assert f"It can get results for at most 3 of {len(ASKED)} questions.\n" in result.stdout
    assert "The others need --agency-credentials.\n" in result.stdout
    assert set(writes(probe)) == {"DELETE agencies"}
    assert set(probe.answers) == {"delete_absent", "empty_edge"}
    reason = "this needs --agency-credentials"
    assert probe.entries["repeat_share"]["reason"] == reason


@pytest.mark.parametrize("last_share", ["keeps_relationship", "ends_relationship"])
def test_with_a_relationship_the_owners_token_answers_questions_about_shares_without_a_request(
    probe: Probe, last_share: str
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))
    probe.sim.set(last_share=last_share, delete_while_pending="no_effect")

    result = probe.run(both=False)

    assert result.exit_code == 3, result.output
    assert "Meta may notify the admins" not in result.stdout
    assert "If Meta ends a relationship with the last share" in result.stdout
    assert probe.wrong() == {}
    assert "repeat_share" in probe.answers
    assert probe.entries["repeat_pending"]["verdict"] == "not run"
    assert probe.sim.world.requests == {}
    assert probe.is_restored()


def test_the_pixel_and_the_agency_are_required(probe: Probe) -> None:
    result = probe.run("--agency", "")

    assert result.exit_code == 2
    assert "--pixel and --agency are required" in result.stderr


def fired(probe: Probe) -> None:
    last = datetime.now(UTC) - timedelta(days=89)
    probe.sim.world.pixels[PIXEL].last_fired_time = last


def in_a_removed_folder(probe: Probe) -> None:
    folder = probe.folder / "removed"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()


def tokens(**tokens: str) -> Callable[[Probe], None]:
    def use(probe: Probe) -> None:
        probe.environment = {**probe.environment, **tokens}

    return use


@pytest.mark.parametrize(
    ("begin", "options", "message"),
    [
        (lambda it: it.sim.share(PIXEL, AGENCY, ["EDIT"]), [], f"share with business {AGENCY};"),
        (lambda it: it.sim.permit(PIXEL, AGENCY, ACCOUNT), [], f"of ad account {ACCOUNT}; name"),
        (lambda it: it.sim.sharing.share(PIXEL, AGENCY, ()), [], "pixels; wait until the agency"),
        (fired, [], "which is less than 90 days ago; name a spare pixel"),
        (None, ["--agency", OWNER], "The agency owns the pixel"),
        (None, ["--agency", "99"], "or correct --agency\n"),
        (None, ["--ad-account", "12345"], "or correct --ad-account\n"),
        (None, ["--pixel", AGENCY, "--agency", PIXEL], f"cannot see pixel {AGENCY}; use the token"),
        (tokens(**{AGENCYS: "owner-token"}), [], f"token from {AGENCYS} cannot see agency"),
        (tokens(**{AGENCYS: "wrong"}), [], "renew the access token"),
        (in_a_removed_folder, [], "(No such file or directory), so nothing was sent"),
    ],
)
def test_what_cannot_be_probed_is_named_before_any_write(
    probe: Probe, begin: Callable[[Probe], object] | None, options: list[str], message: str
) -> None:
    if begin:
        begin(probe)

    result = probe.run(*options)

    assert result.exit_code == 1
    assert message in result.stderr
    assert writes(probe) == []
    assert not probe.journal.exists()
    assert not probe.profile.exists()


def test_metas_message_is_printed_and_no_profile_contains_it(probe: Probe) -> None:
    message = "##[y] Harbour deploys must not use pixel 500 of Acme with harbour-token"
    probe.sim.fault("POST shared_accounts", kind="graph_error", code=200, times=-1, message=message)

    result = probe.run("--only", "unshare_drops_permissions")

    seen = "##\ufffd[y] Harbour deploys must not use pixel 500 of Acme with ***"
    assert f"such as pages_show_list: {seen}\n" in result.stdout
    assert probe.entries["unshare_drops_permissions"]["reason"] == (
        "Meta refused POST shared_accounts (code 200); perhaps because a token has no scope for "
        "pages, such as pages_show_list"
    )


def test_a_token_without_a_scope_for_pages_is_named_as_the_cause(probe: Probe) -> None:
    probe.sim.set(require_pages_permission=True)

    probe.run()

    unanswered = [it["reason"] for it in probe.entries.values() if "reason" in it]
    assert "scope for pages, such" in str(unanswered[0])
    others = ("scope for pages, such", "twice the calls of its plan", "fewer than 3 writes")
    assert all(any(each in str(reason) for each in others) for reason in unanswered)
    text = probe.profile.read_text()
    for secret in ("owner-token", "Acme", "Harbour deploys"):
        assert secret not in text
