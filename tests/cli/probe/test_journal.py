"""The file that a probe leaves if it is killed."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest

from metapixel_cli.probe.errors import ProbeRefusedError
from metapixel_cli.probe.journal import PERMITTED, ProbeJournal, ProbeTarget
from tests.cli.probe.probing import Probe, writes

TARGET = ProbeTarget("1", "2", "3", "4", "http://127.0.0.1:1")


@pytest.fixture
def journal(probe: Probe) -> Iterator[ProbeJournal]:
    """The journal of a run that still works."""
    made = ProbeJournal()
    made.begin(TARGET)
    yield made
    made.close()


def may_be_permitted(journal: ProbeJournal) -> bool:
    """Return the fact as another run finds it, which then goes on with the journal."""
    journal.close()
    journal.facts[PERMITTED] = False
    assert journal.open() == TARGET
    return journal.facts[PERMITTED]


def test_a_journal_states_whether_a_permission_may_exist_also_after_an_incomplete_line(
    journal: ProbeJournal,
) -> None:
    journal.path.write_text(journal.path.read_text() + '\n{"may_be_permitted": tr')

    assert not may_be_permitted(journal)
    for fact in (True, False):
        journal.note(PERMITTED, fact)
        assert may_be_permitted(journal) == fact


def test_a_lock_on_a_journal_that_lost_its_name_is_no_lock(
    journal: ProbeJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.close()

    def replaced(*_: object) -> None:
        journal.path.unlink()
        journal.path.write_text("the journal of a third run")

    monkeypatch.setattr("fcntl.flock", replaced)

    with pytest.raises(ProbeRefusedError, match="Another run uses the journal"):
        journal.open()


def test_the_journal_exists_at_the_first_write_and_not_at_the_end(probe: Probe) -> None:
    existed = []
    probe.at(1, lambda: existed.append(probe.journal.exists()))

    assert probe.run("--only", "unshare_drops_permissions").exit_code == 0
    assert existed == [True]
    assert [each.name for each in probe.folder.iterdir()] == ["profile.yaml"]


def test_a_permission_that_the_journal_cannot_record_is_not_sent(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_line = iter([None])

    def fail_after_the_first_line(_: int) -> None:
        if next(first_line, OSError) is OSError:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail_after_the_first_line)

    result = probe.run("--only", "admin_approval")

    assert result.exit_code == 3, result.output
    assert "POST shared_accounts" not in writes(probe)
    reason = "the journal could not be written, so no permission was sent"
    assert probe.entries["admin_approval"]["reason"] == reason
    assert probe.is_restored()


@pytest.mark.parametrize(
    "text", ["", '{"target": {"pixel": "1"}}\n', '{"pixel": "1", "later": "2"}\n']
)
def test_a_journal_that_cannot_be_read_states_what_may_exist_and_what_to_do(
    probe: Probe, text: str
) -> None:
    probe.journal.write_text(text)

    result, cleanup = probe.run(), probe.run("--cleanup")

    for each in (result, cleanup):
        assert each.exit_code == 1
        assert "cannot be read (it is damaged, or another file), so a share" in each.stderr
        assert "remove only those of the probe" in each.stderr
    assert writes(probe) == []
    assert probe.journal.read_text() == text


@pytest.mark.parametrize("option", ["--yes", "--cleanup"])
def test_a_second_run_with_the_journal_of_a_running_probe_is_refused(
    probe: Probe, journal: ProbeJournal, option: str
) -> None:
    result = probe.run(option)

    assert result.exit_code == 1
    assert result.output == (
        f"Error: Another run uses the journal {journal.path}; wait until it has ended\n"
    )
    assert probe.sim.requests == []
