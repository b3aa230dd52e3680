"""Shares that another admin has to approve."""

from __future__ import annotations

import json

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from metapixel_cli.review.rendering.json_document import as_json
from tests.cli.review.streams import Event, reviewed, said, share, step

APPROVES = "another admin of the business approves the share in Business Settings, under Requests"


def waiting(tasks: tuple[str, ...] = ("ANALYZE",), **changes: object) -> dict[str, object]:
    state = share(tasks, status="UNCONFIRMED", granted=[], **changes)  # type: ignore[arg-type]
    outputs = state["outputs"]
    assert isinstance(outputs, dict)
    return state | {"outputs": outputs | {"requires_admin_approval": True}}


def written(event: Event) -> str:
    return comment(reviewed(event), GITHUB_LIMIT)


def test_an_unchanged_share_names_the_admin_and_not_the_agency_that_must_act() -> None:
    text = written(step("same", waiting(), share()))

    assert f"waits until {APPROVES}" in text
    assert "(waits for the approval of another admin: 1)" in text
    assert "accept a sharing request" not in text


def test_a_removal_of_such_a_share_reports_what_the_share_waited_for() -> None:
    assert "waits for the approval of another admin" in written(step("delete", waiting()))


def test_an_update_of_such_a_share_reports_who_must_act() -> None:
    text = written(step("update", waiting(), share(("UPLOAD",))))

    assert "waits until another admin approves it in Business Settings, under Requests" in text


def test_the_warning_of_the_preview_is_in_the_review() -> None:
    warning = (
        "The permission is not confirmed, because another admin of the business must approve it"
    )

    assert warning in written(said(warning, "warning"))


def test_the_json_tells_an_approval_from_another_unconfirmed_share() -> None:
    for old, expected in ((waiting(), True), (share(status="UNCONFIRMED", granted=[]), False)):
        found = json.loads(as_json(reviewed(step("update", old, share(("UPLOAD",))))))

        assert found["changes"][0]["before"]["requires_admin_approval"] is expected
