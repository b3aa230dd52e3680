"""Recorded previews of the real engine, as a reader sees their reviews."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review import previews

_ANNOUNCED = "resourcePreEvent"
Metadata = dict[str, Any]


def rendered(data: bytes) -> str:
    """The review without its warnings."""
    markdown = comment(review(read(data)), GITHUB_LIMIT)
    return re.sub(r"(?s)<details>.*?</details>", "", markdown)


def headline(data: bytes) -> str:
    return rendered(data).splitlines()[1].removeprefix("### ")


def edited(name: str, edit: Callable[[Metadata], object]) -> bytes:
    """A recorded preview with another content of each step of our resources."""
    events = list(map(json.loads, previews.load(name).splitlines()))
    for event in events:
        content = event.get(_ANNOUNCED) or event.get("resOutputsEvent") or {}
        if "metapixel:" in content.get("metadata", {}).get("type", ""):
            edit(content["metadata"])
    ops = [event[_ANNOUNCED]["metadata"]["op"] for event in events if _ANNOUNCED in event]
    events[-1]["summaryEvent"]["resourceChanges"] = Counter(ops)
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def name_of(metadata: Metadata) -> str:
    return str(metadata["urn"]).rpartition("::")[2]


def keep_waiting(metadata: Metadata) -> None:
    """Let the update leave a permission as it is that waits for its share."""
    if name_of(metadata).endswith("-account") and metadata["op"] == "update":
        metadata["op"] = "same"


def retained(*names: str) -> bytes:
    """The removal of everything, in which resources of these names stay at Meta."""

    def retain(metadata: Metadata) -> None:
        if name_of(metadata) in names:
            metadata["old"]["retainOnDelete"] = True

    return edited("removed", retain)


def row(name: str, data: bytes) -> str:
    """The row of a resource."""
    named = re.compile(rf"<br>{name}\b")
    return next(line for line in rendered(data).splitlines() if named.search(line))


def test_an_unchanged_share_with_a_secret_id_is_unchanged() -> None:
    markdown = rendered(previews.load("secret id"))

    assert markdown.splitlines()[1] == "### ✅ Access unchanged"
    assert "5 grants unchanged" in markdown
    assert "| outlet" not in markdown


@pytest.mark.parametrize("status", ["declined", "expired", "canceled"])
def test_a_retained_share_whose_request_has_ended_keeps_no_access(status: str) -> None:
    data = retained(status, f"{status}-account")

    assert "keeps access" not in headline(data)
    assert "removed, had no access" in row(status, data)
    assert "stays" not in row(status, data)


def test_the_request_of_a_retained_share_stays_open() -> None:
    data = retained("pending", "pending-account")

    assert "no longer managed: 1" in headline(data)
    assert "its sharing request stays open, and is no longer declared" in row("pending", data)


def test_a_request_that_stays_open_is_the_whole_status_line() -> None:
    def retain(metadata: Metadata) -> None:
        keep_waiting(metadata)
        if name_of(metadata) == "pending":
            metadata["op"], metadata["new"] = "delete", None
            metadata["old"]["retainOnDelete"] = True
        elif name_of(metadata) == "expired":
            metadata["op"] = "same"

    status = headline(edited("unchanged", retain))
    assert status == "⚠️ Access unchanged: Agency PENDING (no longer managed: 1)"


def test_a_retained_permission_ends_with_its_share() -> None:
    def activate(metadata: Metadata) -> None:
        if name_of(metadata) == "active-account":
            metadata["old"] |= {"retainOnDelete": True}
            metadata["old"]["outputs"]["status"] = "ACTIVE"

    data = edited("removed", activate)

    assert "no longer managed" not in headline(data)
    assert "~~ADVERTISE~~ → nothing" in row("active-account", data)
    assert "stays at Meta" not in row("active-account", data)


def test_a_retained_share_keeps_the_access_that_meta_confirmed() -> None:
    for name in ("active", "unconfirmed"):
        assert "no longer managed: 1" in headline(retained(name))
        assert "**no longer managed**" in row(name, retained(name))


def test_drift_is_first_and_in_its_own_words() -> None:
    markdown = rendered(previews.load("changed by hand"))
    tally = "more access: 1, access removed: 1"
    status = f"Changed at Meta by hand: Northlight Media ({tally})"

    assert markdown.splitlines()[1] == f"### ⚠️ {status}"
    assert markdown.index("#### Changed at Meta since the last update") < markdown.index("| Access")
    added = "pixel **Acme web shop** <sub>`1290034567800001`</sub>: more access"
    assert f"{added} (ANALYZE → ANALYZE, **UPLOAD**); the next update undoes this: web" in markdown


def test_an_update_that_only_undoes_drift_needs_no_policy_rule() -> None:
    for name in ("changed by hand", "accepted meanwhile", "unchanged"):
        assert "No policy rule" not in rendered(previews.load(name))
    assert "No policy rule" in rendered(previews.load("more tasks"))


def test_a_change_of_the_program_leads_before_the_drift() -> None:
    def narrow(metadata: Metadata) -> None:
        if name_of(metadata) == "web" and metadata["op"] == "update":
            metadata["new"]["inputs"]["permitted_tasks"] = ["UPLOAD"]

    status = headline(edited("changed by hand", narrow))

    assert status.startswith("🔻 Less access: Northlight Media (")


def test_an_accepted_request_is_no_change_by_hand() -> None:
    text = rendered(previews.load("accepted meanwhile"))

    assert text.splitlines()[1].startswith("### 🔺 More access: ")
    assert "\n⚠️ Changed at Meta: Agency PENDING (more access: 1)\n" in text


def test_a_name_that_contains_colons_is_whole() -> None:
    assert "<br>summer::&#8203;shop |" in rendered(previews.load("changed by hand"))


def test_a_removed_share_without_its_recorded_tasks_is_a_gap() -> None:
    def forget(metadata: Metadata) -> None:
        if name_of(metadata) == "active":
            del metadata["old"]["outputs"]["granted_tasks"]

    markdown = rendered(edited("removed", forget))

    assert "### ❔ The preview lacks information, so access may change" in markdown
    assert "- active: the old state lacks granted\\_tasks" in markdown


def test_the_status_line_has_the_reason_of_a_failure_first() -> None:
    data = previews.load("renamed with other tasks")

    assert headline(data).startswith("❌ The update will fail: Agency APPROVE, ")
    cause = "active is renamed to active-renamed and its tasks change in the same update"
    assert cause in row("active-renamed", data)


def test_drift_that_no_update_undoes_has_no_green_mark() -> None:
    def accept(metadata: Metadata) -> None:
        keep_waiting(metadata)
        if name_of(metadata) == "expired" and metadata["op"] == "update":
            metadata["op"] = "same"

    status = headline(edited("accepted meanwhile", accept))

    assert status == "ℹ️ Changed at Meta: Agency PENDING (more access: 1)"
