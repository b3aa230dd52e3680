"""Scheduled jobs: the end of access on its day, and the nightly checks. The pipeline for GitLab."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from metapixel_simulator import Simulator
from tests.cli.offboarding.offboarded import PROFILE
from tests.support.command_lines import in_shell
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.example_repository import LINES, TOKEN, Repository, day, wider
from tests.support.programs import agency_access, permission, pixel_access, standing_response
from tests.support.stack import ROOT
from tests.support.terminal import follows, record

pytestmark = [pytest.mark.engine, pytest.mark.rest]


(GITLAB,) = re.findall(r"(?s)```yaml\n(.*?)```", (ROOT / "docs/gitlab.md").read_text())
(ACCEPT,) = re.findall(r"(?s)```yaml\n(.*?)```", (ROOT / "docs/for-agencies.md").read_text())


def manage_agencies(sim: Simulator, *businesses: str) -> None:
    """Let the owner's token manage the ad accounts of these agencies, and of no other."""
    with sim.moment() as world:
        (user,) = (world.users[each.user] for each in world.tokens.values() if each.token == TOKEN)
        for business in (NORTHLIGHT, HARBOUR):
            user.roles.pop(business, None)
        user.roles.update(dict.fromkeys(businesses, "ADMIN"))


@follows(*sorted(LINES["endings"]))
def test_each_share_ends_on_its_day_without_an_approval_and_nothing_else_does(
    repository: Repository, sim: Simulator
) -> None:
    ends = {"expires_on": day(90), "reason": "a contract"}
    later = ends | {"expires_on": day(91)}
    asked = pixel_access(PIXEL, permitted_tasks=["ADVERTISE"])
    waiting = (PIXEL, HARBOUR, HARBOUR_ACCOUNT)
    app = pixel_access(PIXEL_2, permitted_tasks=["ADVERTISE"], ad_accounts=[NORTHLIGHT_ACCOUNT])
    pixels = {"web": PIXEL, "app": app, "outlet": PIXEL_3}
    repository.declare(
        agency_access("northlight", NORTHLIGHT, pixels, **ends),
        agency_access("harbour", HARBOUR, {"asked": asked}, **later),
        permission("ads", *waiting, opts="depends_on=[harbour, northlight.shares['outlet']]"),
    )
    manage_agencies(sim, NORTHLIGHT, HARBOUR)
    repository.apply()
    manage_agencies(sim)
    # The time passes. A merge that nobody has approved yet shares another pixel.
    repository.change_state(day(90), day(-1))
    repository.declare(
        agency_access("northlight", NORTHLIGHT, pixels, **ends | {"expires_on": day(-1)}),
        agency_access("harbour", HARBOUR, {"asked": asked, "new": PIXEL_2}, **later),
        permission("ads", *waiting, opts="depends_on=[harbour, northlight]"),
    )
    sim.clear_requests()

    ended = repository.end()

    assert ended.failed == ["End the access"]
    assert "::error::Of 3 shares whose last day has passed, 1 were not ended." in ended.log
    assert "Ended 2 of 3 shares whose last day has passed." in ended.summary
    assert f"Ad account {NORTHLIGHT_ACCOUNT} may keep pixel {PIXEL_2}" in ended.log
    assert "::northlight-outlet" in ended.log.partition("would not delete exactly them")[2]
    assert sim.shares().keys() == repository.recorded().keys() == {(PIXEL_3, NORTHLIGHT)}
    assert sim.count("POST agencies") == sim.count("POST shared_accounts") == 0

    manage_agencies(sim, NORTHLIGHT, HARBOUR)
    repository.apply()
    assert sim.shares() == repository.recorded() == {}
    assert sim.permissions() == set()
    sim.clear_requests()
    idle = repository.end()
    assert not idle.failed, idle.log
    assert "Ended 0 of 0 shares" in idle.summary
    assert not any(request.endpoint.startswith("DELETE") for request in sim.requests)


def test_a_later_end_that_nobody_has_approved_fails_the_job_after_it_has_ended_other_access(
    repository: Repository, sim: Simulator
) -> None:
    ends = {"expires_on": day(90), "reason": "a contract"}
    web = agency_access("northlight", NORTHLIGHT, {"web": PIXEL}, **ends)
    repository.declare(web, agency_access("apart", NORTHLIGHT, {"app": PIXEL_2}, **ends))
    repository.apply()
    repository.change_state(day(90), day(-1))
    repository.declare(web)

    ended = repository.end()

    assert ended.failed == ["End the access"]
    assert "Ended 1 of 1 shares whose last day has passed." in ended.summary
    assert "::error::Access remains after its approved last day" in ended.log
    assert '["northlight-web"]. Approve or revert the extension' in ended.log
    assert sim.shares().keys() == repository.recorded().keys() == {(PIXEL, NORTHLIGHT)}

    repository.apply()
    assert not repository.end().failed


def test_another_timeout_or_token_does_not_keep_access_from_its_end_but_another_address_does(
    repository: Repository, sim: Simulator
) -> None:
    ends = {"expires_on": day(90), "reason": "a contract"}
    names = {"web*": PIXEL, "web2": PIXEL_2}
    kept = agency_access("kept", NORTHLIGHT, {"web": PIXEL_3}, **ends | {"expires_on": day(91)})
    repository.declare(agency_access("northlight", NORTHLIGHT, names, **ends), kept)
    repository.apply()
    repository.change_state(day(90), day(-1))
    repository.declare(kept)
    settings = repository.project / "Pulumi.production.yaml"
    before = settings.read_text()
    settings.write_text(before.replace(sim.url, "https://graph.facebook.com"))
    repository.commit("main")
    refused = repository.end()
    assert refused.failed == ["End the access"]
    assert '::pulumi:providers:pulumi-python::default":["update"]' in refused.log
    assert len(sim.shares()) == 3

    settings.write_text(before)
    repository.pulumi("config", "set", "metapixel:timeout", "30", "--stack", "production")
    repository.pulumi(
        *("config", "set", "--secret", "metapixel:accessToken", TOKEN, "--stack", "production")
    )
    repository.commit("main")
    ended = repository.end()

    assert not ended.failed, ended.log
    assert sim.shares().keys() == repository.recorded().keys() == {(PIXEL_3, NORTHLIGHT)}


def test_the_nightly_job_keeps_one_issue_and_fails_past_a_last_day_or_if_a_preview_fails(
    repository: Repository, sim: Simulator
) -> None:
    repository.apply()
    assert not repository.run("nightly", "drift").failed
    assert repository.github.listed("issues") == []
    sim.unshare(PIXEL, NORTHLIGHT)
    for _ in range(2):
        assert not repository.run("nightly", "drift").failed
    assert len(repository.github.listed("issues")) == 1

    repository.apply()
    assert not repository.waits()
    assert not repository.run("nightly", "drift").failed
    assert repository.github.listed("issues")[0]["state"] == "closed"

    repository.change_state(day(90), day(-1))
    judged = repository.run("nightly", "drift")
    assert judged.failed == ["Judge the state"]
    assert "share-expires" in judged.log
    issues = repository.github.listed("issues")

    repository.program.write_text("raise SystemExit('no contract')\n")
    repository.commit("main")
    drift = repository.run("nightly", "drift")
    assert "Compare" in drift.failed
    assert "### ❌ Preview failed" in drift.summary
    assert repository.github.listed("issues") == issues


def test_the_nightly_report_fails_for_access_that_nobody_declares_and_for_a_part_that_is_not_read(
    repository: Repository, sim: Simulator
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.share(PIXEL_2, NORTHLIGHT, ["ANALYZE"])
    repository.pulumi("stack", "init", "running")
    for name in ("production", "running"):
        repository.record(name, PIXEL_2, NORTHLIGHT)
    nightly = repository.work / ".github/workflows/nightly.yml"
    described = nightly.read_text()
    nightly.write_text(described.replace("stacks: production", "stacks: production running"))

    found = repository.run("nightly", "access")

    assert found.failed == ["Judge the access"]
    assert "::error::An agency or a person has access that is past its last day" in found.log
    assert "- `unmanaged`: 1\n" in found.summary
    assert "- `declared-twice`: 1\n" in found.summary
    assert "Northlight" not in found.summary
    report = repository.github.artifact("access")
    assert {path.name for path in report.iterdir()} == {"report.csv", "report.html"}
    assert "Northlight Media" in (report / "report.csv").read_text()
    shutil.rmtree(report)

    repository.github.answer("", {"visibility": "public", "default_branch": "main"})
    repository.environments["review"]["secrets.PGPASSWORD"] = "wrong"
    incomplete = repository.run("nightly", "access")

    assert incomplete.failed == ["Judge the access", "Check how long the tokens last"]
    assert "::error::A part of the access was not read" in incomplete.log
    assert "The repository is not private, so this run keeps no report." in incomplete.summary
    assert not report.exists()


def test_the_nightly_job_fails_until_an_agency_whose_access_has_ended_is_out(
    repository: Repository, sim: Simulator
) -> None:
    entry = repository.access.read_text()
    repository.access.write_text(re.sub(r"expires_on: \S+", 'expires_on: "2026-01-31"', entry))
    repository.access.with_name("profile.yaml").write_text(PROFILE)
    repository.commit("main")
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.set(former_partner="omitted")

    present = repository.run("nightly", "access")
    sim.unshare(PIXEL, NORTHLIGHT)
    unproved = repository.run("nightly", "access")
    nightly = repository.work / ".github/workflows/nightly.yml"
    line = "          stacks: production\n"
    nightly.write_text(
        nightly.read_text().replace(line, f"{line}          profile: profile.yaml\n")
    )
    proved = repository.run("nightly", "access")
    sim.set(former_partner="listed")
    partner = repository.run("nightly", "access")

    assert "::error::An agency whose access has ended is not out" in present.log
    assert "- agencies that have ended, `NOT OUT`: 1\n" in present.summary
    assert not unproved.failed, unproved.log
    assert "Without the input profile, no agency counts as out" in unproved.summary
    assert not proved.failed, proved.log
    assert "- agencies that have ended, `OUT`: 1\n" in proved.summary
    assert partner.failed == ["Judge the access"]
    evidence = repository.github.artifact("offboarding")
    assert {each.name for each in evidence.iterdir()} == {f"{NORTHLIGHT}.json", "verdicts.txt"}


def in_gitlab(
    repository: Repository, job: str, environment: str, commit: str, plan: str = ""
) -> Path:
    """Run a job of the page's pipeline for GitLab with a plan, and return its folder."""
    described = yaml.safe_load(GITLAB)
    script = "\n".join([*described["default"]["before_script"], *described[job]["script"]])
    folder = repository.home / f"gitlab-{job}"
    shutil.rmtree(folder, ignore_errors=True)
    repository.git("clone", "--quiet", str(repository.origin), str(folder))
    (folder / "plan.json").write_text(plan)
    (folder / "job.sh").write_text(script)
    scoped = repository.environments[environment]
    subprocess.run(
        ["bash", "-eo", "pipefail", "job.sh"],
        cwd=folder,
        env=repository.environment
        | {name.partition(".")[2]: value for name, value in scoped.items()}
        | {"PATH": f"{repository.github.home / 'bin'}:{repository.environment['PATH']}"}
        | {"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHA": commit}
        | described[job].get("variables", {}),
        check=True,
    )
    record(in_shell(script))
    return folder


@follows(*set(in_shell(GITLAB)))
def test_the_pipeline_for_gitlab_reviews_a_change_and_applies_the_plan_of_the_newest_commit(
    repository: Repository, sim: Simulator
) -> None:
    head = repository.git("rev-parse", "HEAD")

    reviewed = in_gitlab(repository, "review", "preview", head)
    assert "nothing → **ANALYZE**" in (reviewed / "review.md").read_text()
    assert sim.requests == []
    planned = in_gitlab(repository, "plan", "review", head)
    assert "nothing → **ANALYZE**" in (planned / "review.md").read_text()
    assert sim.shares() == {}
    with pytest.raises(subprocess.CalledProcessError):
        in_gitlab(repository, "apply", "apply-production", "0" * 40)
    assert sim.shares() == {}

    plan = (planned / "plan.json").read_text()
    in_gitlab(repository, "apply", "apply-production", head, plan)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    repository.access.write_text(wider(repository.access.read_text()))
    with pytest.raises(subprocess.CalledProcessError):
        in_gitlab(repository, "apply", "apply-production", repository.commit("main"), plan)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@follows(*LINES["accept"])
def test_an_agency_accepts_its_clients_every_night_from_a_protected_environment(
    repository: Repository, sim: Simulator
) -> None:
    workflow = repository.work / ".github/workflows/accept.yml"
    workflow.write_text(ACCEPT)
    repository.declare(standing_response("acme", OWNER, HARBOUR))
    writing = repository.environments["endings"]
    repository.environments["accept"] = writing | {"secrets.META_ACCESS_TOKEN": "harbour-token"}
    assert sim.ask(PIXEL, HARBOUR, ["ANALYZE"])
    repository.github.protect("accept", "main", "release/*")
    old = repository.git("rev-parse", "HEAD~1")

    refused = repository.run("accept", "accept")
    repository.github.protect("accept", "main")
    outdated = repository.run("accept", "accept", ref=old)
    assert "allows deployments from other branches" in refused.log
    assert "::error::The default branch has a newer commit" in outdated.log
    assert repository.run("accept", "accept").failed == ["Accept"], "it may only call Meta"
    assert sim.requests == []

    address = f"with:\n          graph-url: {sim.url}\n"
    workflow.write_text(ACCEPT.replace("with:\n", address))
    accepted = repository.run("accept", "accept")
    assert not accepted.failed, accepted.log
    assert sim.open_requests() == []
    assert sim.shares() == {(PIXEL, HARBOUR): frozenset({"ANALYZE"})}


def test_a_token_that_ends_soon_fails_the_nightly_report(
    repository: Repository, sim: Simulator
) -> None:
    with sim.moment() as world:
        world.tokens[TOKEN].expires_at = datetime.now(UTC) + timedelta(days=10)

    found = repository.run("nightly", "access")

    assert found.failed == ["Check how long the tokens last"]
    (error,) = re.findall("(?m)^::error::(.+)$", found.log)
    assert "The validity of the token ends on" in error
