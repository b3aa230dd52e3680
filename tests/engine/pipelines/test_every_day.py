"""A change of access from its pull request to the nightly checks, in the jobs of the example.

The shell steps run as they are. GitHub's own parts do not: its runners, its permissions, its
approvals, and its API, which a program in the place of `gh` records.
"""

from __future__ import annotations

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.example_repository import LINES, UNLOCK, Repository, wider
from tests.support.terminal import follows

pytestmark = [pytest.mark.engine, pytest.mark.rest]

OFTEN = set().union(*(lines for name, lines in LINES.items() if name not in ("accept", "endings")))


@pytest.mark.parametrize("repository", ["access/pixels"], indirect=True)
@follows(*sorted(OFTEN - {UNLOCK}))
def test_a_change_of_access_is_reviewed_approved_applied_and_checked_every_night(
    repository: Repository, sim: Simulator
) -> None:
    declared = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}
    preview, comment = repository.propose(5, wider(repository.access.read_text()))
    assert not preview.failed, preview.log
    assert comment.splitlines()[1].startswith("### 🔺 More access")
    assert NORTHLIGHT in comment
    assert "nothing → **ANALYZE**, **UPLOAD**" in comment
    assert "rules, without a violation: advertise-with-ad-account, approved-agencies" in comment
    assert "the preview read no resource" in comment
    assert "[run](https://github.com/acme/pixel-access/actions/runs/7)" in comment

    repository.merge()
    reviewed = repository.review()
    assert not reviewed.failed, reviewed.log
    assert "nothing → **ANALYZE**, **UPLOAD**" in reviewed.summary
    kept = (repository.github.home / "artifacts").rglob("*")
    published = " ".join(path.read_text() for path in kept if path.is_file())
    assert "resourcePreEvent" in published
    for environment in repository.environments.values():
        for name, value in environment.items():
            assert not (name.startswith("secrets.") and value in published)
    assert sim.shares() == {}
    applied = repository.approve()
    assert not applied.failed, applied.log
    assert sim.shares() == repository.recorded() == declared

    listed = repository.run("nightly", "access")
    assert not listed.failed, listed.log
    sim.unshare(PIXEL, NORTHLIGHT)
    drift = repository.run("nightly", "drift")
    assert not drift.failed, drift.log
    (issue,) = repository.github.listed("issues")
    changed = " (not Meta) by hand: Northlight Media (access removed: "
    assert changed in str(issue["body"]).splitlines()[1]
    assert "No policy rule" not in str(issue["body"])
    assert sim.shares() == {}
