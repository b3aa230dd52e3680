"""The pixels that a probe refuses, its plan, and its work with the owner's token alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.probe.questions import ASKED, QUESTIONS, Effect, Question
from metapixel_simulator import Relationship, Simulator
from metapixel_simulator.request_log import Entry
from tests.cli.probe.probing import ACCOUNT, AGENCY, OWNER, PIXEL, Probe

#: The endpoints of the writes that an experiment with an effect may send.
ALLOWED = {Effect.NOTHING: set[str](), Effect.REFUSAL: {"DELETE agencies"}}
ALLOWED[Effect.REQUEST] = {"POST agencies", "DELETE agencies", "POST request"}
ALLOWED[Effect.SHARE] = ALLOWED[Effect.REQUEST]
ALLOWED[Effect.PERMISSION] = ALLOWED[Effect.SHARE] | {
    "POST shared_accounts",
    "DELETE shared_accounts",
}


def writes(probe: Probe) -> list[str]:
    return [
        each.endpoint
        for each in probe.sim.requests
        if each.method in ("POST", "DELETE") and each.endpoint != "POST batch"
    ]


def fired(days: int) -> Callable[[Simulator], None]:
    def fire(sim: Simulator) -> None:
        at = datetime.now(UTC) - timedelta(days=days)
        sim.world.pixels[PIXEL] = replace(sim.world.pixels[PIXEL], last_fired_time=at)

    return fire


def owned_by_another(sim: Simulator) -> None:
    sim.world.ad_accounts[ACCOUNT] = replace(sim.world.ad_accounts[ACCOUNT], owner=OWNER)


@pytest.mark.parametrize(
    ("found", "options", "message"),
    [
        (fired(400), [], "has received events, so it may be in use"),
        (fired(3), ["--silent-for", "30"], "which is less than 30 days ago"),
        (lambda sim: sim.share(PIXEL, AGENCY, ["ANALYZE"]), [], "is shared already"),
        (lambda sim: sim.permit(PIXEL, AGENCY, ACCOUNT), [], "Ad accounts of agency 200"),
        (lambda sim: sim.sharing.share(PIXEL, AGENCY, ("ANALYZE",)), [], "A sharing request to"),
        (lambda sim: None, ["--agency", OWNER], "The agency owns the pixel"),
        (lambda sim: None, ["--agency", "99"], "; check --agency\n"),
        (lambda sim: None, ["--ad-account", "12345"], "of agency 200; check --ad-account\n"),
        (owned_by_another, [], "Ad account 600 is not an ad account of agency 200"),
    ],
    ids=[
        *("fired", "fired-lately", "shared", "permitted", "asked", "own"),
        *("no-agency", "no-account", "other-account"),
    ],
)
def test_a_pixel_that_is_in_use_is_refused_before_any_write(
    probe: Probe, found: Callable[[Simulator], object], options: list[str], message: str
) -> None:
    found(probe.sim)

    result = probe.run(*options)

    assert result.exit_code == 1
    assert message in result.stderr
    assert writes(probe) == []
    assert not probe.journal.exists()
    assert not probe.profile.exists()


def test_a_pixel_that_was_silent_for_the_given_days_is_probed(probe: Probe) -> None:
    fired(40)(probe.sim)

    result = probe.run("--silent-for", "30", "--only", "delete_absent")

    assert result.exit_code == 0, result.output
    assert probe.answers == {"delete_absent": "error"}


@pytest.mark.parametrize("option", ["--dry-run", ""])
def test_the_plan_names_the_assets_and_what_remains_and_nothing_is_written_before_a_yes(
    probe: Probe, option: str
) -> None:
    result = probe.run(*filter(None, [option]), yes=False, given="n\n")

    for line in (
        "The probe works on pixel Spare (500) of business Acme (100), with agency Agency (200).",
        f"It sends its calls to {probe.sim.url}.",
        f"It can answer at most {len(ASKED)} of {len(ASKED)} questions.",
        f"It writes the answers to {probe.profile}.",
        f"Until the pixel is restored, {probe.journal} lists the writes.",
        "It permits ad account 600 on the pixel, and withdraws the permission.",
        "The ended requests stay listed at both businesses.",
        "An approval leaves a relationship",
    ):
        assert line in result.stdout
    assert result.exit_code == (0 if option else 1)
    assert writes(probe) == []
    assert not probe.journal.exists()


def test_without_the_agencys_token_the_plan_does_not_count_the_questions_that_read_with_it(
    probe: Probe,
) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))

    plan = probe.run("--dry-run", "--only", "unreadable_edge", both=False).stdout

    assert "It can answer at most 0 of 1 questions: unreadable_edge." in plan
    assert "The others need --agency-credentials." in plan


def test_a_question_that_cannot_be_answered_is_no_reason_to_ask_for_an_agreement(
    probe: Probe,
) -> None:
    result = probe.run("--only", "repeat_share", both=False, yes=False)

    assert "Begin?" not in result.stdout
    assert result.exit_code == 3
    assert writes(probe) == []


@pytest.mark.parametrize("given", ["n\n", ""], ids=["no", "closed"])
def test_without_a_yes_the_command_reports_that_nothing_was_written(
    probe: Probe, given: str
) -> None:
    result = probe.run(yes=False, given=given)

    assert result.exit_code == 1
    assert (
        "The probe has written nothing; to begin without the question, add --yes" in result.stderr
    )
    assert "Aborted" not in result.stderr
    assert writes(probe) == []


def test_without_the_agencys_token_no_request_is_opened(probe: Probe) -> None:
    result = probe.run(both=False)

    assert result.exit_code == 3
    assert f"It can answer at most 3 of {len(ASKED)} questions.\n" in result.stdout
    assert "The others need --agency-credentials.\n" in result.stdout
    assert "It creates no share, request or permission." in result.stdout
    assert "It shares the pixel" not in result.stdout
    assert set(writes(probe)) == {"DELETE agencies"}
    assert probe.sim.world.requests == {}
    assert set(probe.answers) == {"delete_absent", "empty_edge", "require_appsecret_proof"}
    assert "without the agency's token" in str(probe.entries["repeat_share"]["reason"])


def test_the_plan_states_that_an_ad_account_is_not_used_without_the_agencys_token(
    probe: Probe,
) -> None:
    result = probe.run("--ad-account", ACCOUNT, "--dry-run", both=False)

    assert "Without the agency's token, ad account 600 is not used." in result.stdout


@pytest.mark.parametrize("question", ["empty_edge", "require_appsecret_proof"])
def test_a_question_that_needs_only_reads_is_answered_without_a_yes(
    probe: Probe, question: str
) -> None:
    result = probe.run("--only", question, yes=False)

    assert f"It can answer at most 1 of 1 questions: {question}." in result.stdout
    assert "It only reads from Meta." in result.stdout
    assert "cannot undo" not in result.stdout
    assert result.exit_code == 0
    assert writes(probe) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_a_question_has_the_effect_that_the_plan_states(probe: Probe, question: Question) -> None:
    if question.experiment is None:
        assert question.effect is Effect.NOTHING
        return

    probe.run("--only", question.name)

    assert set(writes(probe)) <= ALLOWED[question.effect]


def test_with_a_relationship_the_plan_names_no_request(probe: Probe) -> None:
    probe.sim.world.add(Relationship(OWNER, AGENCY))

    plan = probe.run("--dry-run").stdout

    assert f"It can answer at most {len(ASKED) - 4} of {len(ASKED)} questions." in plan
    assert "The others need an agency that does not work with the owner yet." in plan
    assert "It opens sharing requests" not in plan


def test_with_a_relationship_the_owners_token_answers_questions_about_shares(probe: Probe) -> None:
    probe.sim.world.relationships.add((OWNER, AGENCY))

    result = probe.run(both=False)

    assert result.exit_code == 3, result.output
    assert probe.wrong() == {}
    assert {"repeat_share", "read_order", "stale_reads"} <= set(probe.answers)
    assert probe.entries["repeat_pending"]["verdict"] == "not run"
    assert probe.sim.world.requests == {}
    assert probe.is_restored()


def test_an_ad_account_that_the_agency_works_on_for_its_owner_is_probed(probe: Probe) -> None:
    accounts = probe.sim.world.ad_accounts
    accounts[ACCOUNT] = replace(accounts[ACCOUNT], owner=OWNER, client_of=(AGENCY,))

    result = probe.run("--only", "ad_account_parameter")

    assert result.exit_code == 0, result.output


def test_a_reason_names_the_write_that_meta_refused(probe: Probe) -> None:
    probe.sim.fault("POST shared_accounts", kind="graph_error", code=200, status=403, times=-1)

    probe.run("--only", "unshare_drops_permissions")

    reason = probe.entries["unshare_drops_permissions"]["reason"]
    assert reason == "Meta refused POST shared_accounts (code 200)"


def test_a_profile_has_no_ids_names_or_tokens(probe: Probe) -> None:
    probe.sim.set(require_pages_permission=True)

    probe.run()

    text = probe.profile.read_text()
    assert "code 200" in text
    for secret in ("owner-token", "agency-token", "the-secret", "Acme", "Spare", "Agency deploys"):
        assert secret not in text
    for identifier in (OWNER, AGENCY, PIXEL, ACCOUNT):
        assert f"{identifier} " not in text.replace("code 200", "")


def test_an_existing_profile_is_not_replaced_without_force(probe: Probe) -> None:
    probe.profile.write_text("mine")
    arguments = [each for each in probe.arguments("--yes") if each != "--force"]

    result = CliRunner(env=probe.environment).invoke(metapixel, arguments)

    assert result.exit_code == 1
    assert "add --force to replace it" in result.stderr
    assert probe.profile.read_text() == "mine"
    assert probe.sim.requests == []


def test_the_pixel_and_the_agency_are_required(probe: Probe) -> None:

    result = CliRunner(env=probe.environment).invoke(metapixel, ["probe"])

    assert result.exit_code == 2
    assert "--pixel and --agency are required" in result.stderr


def test_the_owners_token_in_place_of_the_agencys_is_named(probe: Probe) -> None:
    probe.environment = {**probe.environment, "META_ACCESS_TOKEN_AGENCY": "owner-token"}

    result = probe.run("--dry-run")

    assert result.exit_code == 1
    assert "The token from META_ACCESS_TOKEN_AGENCY cannot see agency 200;" in result.stderr


@pytest.mark.parametrize("more", ["--yes", "--cleanup", "--dry-run"])
def test_a_second_run_with_the_journal_of_a_running_probe_is_refused(
    probe: Probe, more: str
) -> None:
    runs: list[subprocess.CompletedProcess[str]] = []

    def run_again(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies" and phase == "after" and not runs:
            command = [sys.executable, "-m", "metapixel_cli", *probe.arguments(more)]
            environment = {**os.environ, **probe.environment}
            runs.append(subprocess.run(command, env=environment, capture_output=True, text=True))

    probe.sim.on_request = run_again

    result = probe.run("--only", "repeat_share")

    (second,) = runs
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr == (
        f"Error: Another run uses the journal {probe.journal}; wait until it has ended, or name "
        f"another file with --journal\n"
    )
    assert result.exit_code == 0, result.output
    assert [each.name for each in probe.folder.iterdir()] == ["profile.yaml"]


def test_a_wrong_agency_token_is_found_before_any_write(probe: Probe) -> None:
    probe.environment = {**probe.environment, "META_ACCESS_TOKEN_AGENCY": "wrong"}

    result = probe.run()

    assert result.exit_code == 1
    assert writes(probe) == []


def test_a_lock_that_somebody_removes_does_not_end_the_probe(probe: Probe) -> None:
    lock = probe.folder / "probe.journal.lock"

    def remove(entry: Entry, phase: str) -> None:
        lock.unlink(missing_ok=True)

    probe.sim.on_request = remove

    result = probe.run("--only", "repeat_share")

    assert result.exit_code == 0, result.output
    assert probe.is_restored()


def test_a_file_that_is_no_lock_is_kept(probe: Probe) -> None:
    lock = probe.folder / "probe.journal.lock"
    lock.write_text("pinned packages")

    result = probe.run("--dry-run")

    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: The file {lock} cannot be a lock (it has content); name a file in another folder "
        f"with --journal\n"
    )
    assert lock.read_text() == "pinned packages"


def test_a_journal_in_a_folder_that_does_not_exist_is_refused(probe: Probe) -> None:
    result = probe.run("--dry-run", "--journal", str(probe.folder / "no" / "journal"))

    assert result.exit_code == 1
    assert "(No such file or directory); name a file in another folder with" in result.stderr
