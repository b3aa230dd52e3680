"""Files that this version wrote: later versions must be able to read them.

Each file has the form of version 1. A test of a later version must not need another file.
"""

from __future__ import annotations

from pathlib import Path

from metapixel_cli.access.rendering.json_document import former_report
from metapixel_simulator.profile import answers
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL

FOLDER = Path(__file__).parent


def test_a_former_access_report_is_read() -> None:
    found = former_report((FOLDER / "access-report.json").read_bytes())

    rows = {(each.pixel_id, each.business_id, each.subject_id) for each in found.report.rows}
    assert rows == {
        (PIXEL, NORTHLIGHT, ""),
        (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT),
        (PIXEL, NORTHLIGHT, "11"),
        ("", HARBOUR, "2400000000000001"),
    }


def test_a_profile_sets_the_switches_that_it_answers() -> None:
    found = answers(FOLDER / "profile.yaml")

    assert (found["repeat_share"], found["delete_absent"]) == ("union", "success")
