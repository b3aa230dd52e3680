"""A profile of the probe is a profile of the simulator."""

from __future__ import annotations

from tests.cli.probe.probing import Probe


def test_a_profile_states_when_and_how_each_answer_was_seen(probe: Probe) -> None:
    probe.run("--api-version", "v25.0")

    text = probe.profile.read_text()
    assert "api_version: v25.0" in text
    assert "probed_on: '20" in text
    for name, entry in probe.entries.items():
        assert entry.get("seen") or entry.get("reason"), name
        assert ("answer" in entry) == (entry["verdict"] in ("same", "other")), name
        assert entry["again"], name


def test_the_usage_of_limits_is_recorded_and_a_limit_is_never_probed(probe: Probe) -> None:
    probe.sim.set(rate_limit_calls=2000)

    probe.run()

    assert "limit_usage_percent: 0.0" not in probe.profile.read_text()
    assert {entry.error_code for entry in probe.sim.requests} <= {None, 100, 10}


def test_a_profile_that_cannot_be_written_at_the_end_is_printed(probe: Probe) -> None:
    folder = probe.folder / "full"
    folder.mkdir()

    probe.at(1, folder.rmdir)

    result = probe.run("--only", "delete_absent", "--profile", str(folder / "profile.yaml"))

    assert result.exit_code == 1
    assert "the output above contains the profile" in result.stderr
    assert "verdict: same\n    answer: error\n" in result.stdout
    assert not probe.journal.exists()
