"""The comment as a person sees it, whatever the names are and however much changes."""

from __future__ import annotations

import re

import pytest

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT, length
from metapixel_cli.review.rendering.comment import Origin, comment
from metapixel_cli.review.rendering.words import marker
from metapixel_policy import RULES
from tests.cli.review.rendering.hostile import GITHUB, HOSTILE, flat
from tests.cli.review.streams import (
    ANSWER,
    STANDING,
    Event,
    active,
    answer,
    in_agency_access,
    moved,
    pending,
    permission,
    reviewed,
    said,
    share,
    standing,
    step,
    stream,
    summary,
    violation,
)
from tests.support.example import NORTHLIGHT, PIXEL


def written(*events: Event, limit: int = GITHUB_LIMIT, end: Event | None = None) -> str:
    return comment(reviewed(*events, end=end), limit)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_everywhere_leave_one_well_formed_comment(name: str) -> None:
    found = reviewed(
        step(
            "update", active(name=name, reason=name), share(("EDIT", name), reason=name), name=name
        ),
        step("create", new=share(agency=name, pixel=name, expires_on=name), name=f"{name}2"),
        step("create", new=permission(name), kind="PixelAdAccountPermission"),
        step("create", new=answer("APPROVE", name), name=f"{name}3", kind=ANSWER),
        step(
            "update",
            standing("OPEN", owner_business_id=name, expires_on=name),
            standing(owner_business_id=name, reason=name),
            name=name,
            kind=STANDING,
        ),
        violation(name, f"{name}\n{name}"),
        said(name, "warning"),
        said(name),
        {f"{name}Event": {}},
        end=summary("failed"),
    )
    text = comment(found, GITHUB_LIMIT, Origin(name, f"https://ci.example/{name}"))

    text.encode()
    raw = [t.content for t in flat(GITHUB.parse(text)) if t.type in ("html_block", "html_inline")]
    raw = [html for html in raw if html not in ("<span>", "</span>")]
    allowed = (
        r"<br>|</?sub>|</?details>|<details><summary>Warnings of the preview</summary>"
        r"|<!-- metapixel .*-->"
    )
    assert all(re.fullmatch(rf"({allowed})\s*", html.strip()) for html in raw)
    assert "".join(raw).count("<details>") == "".join(raw).count("</details>")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("limit", [10_000, 20_000, GITHUB_LIMIT])
def test_a_long_comment_is_cut_from_its_end_with_exact_counts(limit: int) -> None:
    total = 700
    steps = [
        step(
            "delete" if number % 2 else "create",
            active(pixel=str(number)) if number % 2 else None,
            None if number % 2 else share(pixel=str(number)),
            name=f"share-{number}",
        )
        for number in range(total)
    ]
    text = written(*steps, violation(), limit=limit)

    assert length(text) <= limit
    assert "### ⛔ Blocked by policy (1 violation). Without the block: more and less acc" in text
    rows = len(re.findall(r"^\| 🔻|^\| 🔺", text, re.MULTILINE))
    left_out = int(re.findall(r"([\d,]+) of 700 changes left out here", text)[0])
    assert rows + left_out == total
    by_effect = re.findall(
        r"left out here \((?:more access: (\d+))?(?:, )?(?:access removed: (\d+))?\)\.", text
    )
    assert sum(int(number or 0) for number in by_effect[0]) == left_out


def test_a_comment_that_fits_leaves_nothing_out() -> None:
    assert "left out" not in written(step("create", new=share()), violation())


def test_a_huge_error_is_cut_and_says_by_how_much() -> None:
    text = written(said("x" * 100_000), end=summary("failed"))

    assert length(text) < 4_000
    assert "… (98,000 more characters)" in text


def test_what_is_unknown_is_said_to_be() -> None:
    text = written(step("create", new=share("04da6b54-80e4-46f7-96ec-b56ff0331ba9")))

    assert "nothing → **unknown**" in text
    assert "04da6b54" not in text


def test_the_marker_is_the_first_line_and_the_same_for_every_review_of_a_stack() -> None:
    first = written(step("create", new=share()))
    later = written(step("delete", active()))

    assert first.splitlines()[0] == later.splitlines()[0] == marker("shop", "prod")
    assert marker("shop", "prod") != marker("shop", "dev")
    assert marker("a--> <b>", "x") == "<!-- metapixel review of a%2D%2D%3E%20%3Cb%3E/x -->"


@pytest.mark.parametrize("name", ["x" * 101, "-" * 100, "\U0001f600" * 5_000, "\ud800" * 200])
def test_a_marker_has_a_bound_and_still_tells_long_names_apart(name: str) -> None:
    markers = {marker(name, "x"), marker(f"{name}y", "x"), marker("x", name), marker("x", "x")}

    assert len(markers) == 4
    assert max(map(len, {*markers, marker(name, name)})) <= 240
    assert all(
        re.fullmatch(r"<!-- metapixel review of [\w.~%-]+/[\w.~%-]+ -->", m) for m in markers
    )
    assert not any("--" in m[4:-3] for m in markers)


def test_more_blocking_rules_than_fit_are_counted() -> None:
    text = written(*(violation(rule=f"rule-{n:03}") for n in range(100)), limit=2_000)

    named, others = re.findall(r"Blocked by (.*) and (\d+) other rules", text)[0]
    assert named.count("`rule-") + int(others) == 100


def test_a_violation_of_the_whole_stack_names_no_resource() -> None:
    found = violation(message="Demand.\nThe stack has no share.\n")
    found["policyEvent"]["resourceUrn"] = ""  # type: ignore[index]

    assert "| The stack has no share. |" in written(found)


def test_a_name_and_the_text_after_it_are_no_emoji() -> None:
    found = comment(review(read(stream(violation(resource="x :tada")))), 65_536)

    assert "x :&#8203;tada: What is wrong." in found


def test_the_table_has_names_and_small_ids_and_the_name_in_the_program() -> None:
    known = active(name="Northlight", pixel_name="Shop")
    text = written(step("update", known, share(("ANALYZE", "UPLOAD"))))

    agency = f"**Northlight**<br><sub>`{NORTHLIGHT}`</sub>"
    assert f"| {agency} | **Shop**<br><sub>`{PIXEL}`</sub> |" in text
    assert "| Access, resource |" in text
    assert "| 🔺&nbsp;**more**<br>campaigns |" in text


@pytest.mark.parametrize("limit", [2_000, 10_000, GITHUB_LIMIT])
def test_three_hundred_shares_that_violate_every_rule_are_readable(limit: int) -> None:
    rules = sorted(rule.name for rule in RULES)
    steps = [
        step("create", new=share(("EDIT",), agency=str(100 + n % 20), pixel=str(n)), name=f"s-{n}")
        for n in range(300)
    ]
    violations = [
        violation(message=f"Demand.\nShare {n} is wrong.\n", rule=rule, resource=f"s-{n}")
        for n in range(300)
        for rule in rules
    ]
    text = written(*steps, *violations, limit=limit)

    assert length(text) <= limit
    blocked = next(line for line in text.splitlines() if line.startswith("⛔ Blocked by "))
    assert re.findall("`([a-z-]+)`", blocked) == rules
    if limit > 2_000:
        assert text.count("<br>300 violations |") == len(rules)
        assert "#### 20 agencies" in text
    if limit == GITHUB_LIMIT:
        assert text.count(": more access: 15; gains EDIT") == 20
        assert text.count("| 🔺&nbsp;**more**<br>") == 300
        assert "<details><summary>300 changes</summary>" in text
        assert "and 17 more (more access: 300)" in text.splitlines()[1]
        assert "#### Sharing requests" not in text


def test_a_row_states_that_the_last_day_ends_nothing() -> None:
    text = written(step("create", new=share(expires_on="2999-01-31")))
    ended = active(("ANALYZE", "EDIT"), expires_on="2020-01-31")
    passed = written(step("update", ended, share(expires_on="2020-01-31")))

    assert "the end date is 2999-01-31, but nothing ends the access automatically" in text
    assert "**the end date is 2020-01-31, which has passed**" in passed


def test_a_row_of_a_component_states_that_the_access_ends_on_its_last_day() -> None:
    old, new = active(expires_on="2999-01-31"), share(expires_on="2999-06-30")
    created = written(in_agency_access(step("create", new=new)))
    longer = written(in_agency_access(step("update", old, new)))

    assert "<br>the end date is 2999-06-30; the first update after that day ends" in created
    changes = "<br>the end date changes from 2999-01-31 to 2999-06-30 (later)"
    assert f"{changes}; the first update after that day ends the access" in longer
    assert "nothing ends" not in created + longer


def test_unchanged_access_that_should_have_ended_is_listed() -> None:
    day = "2020-01-31"
    text = written(step("same", active(expires_on=day), share(expires_on=day)))

    assert "⚠️ **The update does not end 1 share that should have ended**" in text
    assert (
        f"#### Access that should have ended\n\n- `{NORTHLIGHT}` has ANALYZE on pixel `{PIXEL}`: "
        f"the end date is 2020-01-31, which has passed" in text
    )


def test_a_date_that_the_stack_configures_is_named_under_the_headline() -> None:
    config = {"metapixel:today": "2027-03-07 00:00:00 +0000 UTC"}
    prelude: Event = {"preludeEvent": {"config": config}}

    text = written(prelude, step("delete", active(expires_on="2027-03-06")))

    assert (
        "⚠️ **Access ends as if today were 2027-03-07, because the stack configures metapixel:"
        in text
    )
    assert "removed after its end date" not in text


def test_a_share_that_the_date_of_the_stack_still_grants_is_a_gain() -> None:
    prelude: Event = {"preludeEvent": {"config": {"metapixel:today": "2020-01-31"}}}

    text = written(prelude, step("create", new=share(expires_on="2020-01-31")))

    assert "⚠️ **The update grants 1 share after the end date**" in text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("", "2999-06-30", "changes from no end date to 2999-06-30 (earlier), but nothing"),
        ("2999-01-31", "2999-06-30", "changes from 2999-01-31 to 2999-06-30 (later), but nothing"),
        ("2999-01-31", "", "changes from 2999-01-31 to no end date (later)"),
        ("2999-01-31", "2020-01-31", "changes from 2999-01-31 to 2020-01-31, which has passed**"),
        ("2999-01-31", "2999-01-31", "<br>the end date is 2999-01-31, but nothing ends"),
    ],
)
def test_a_row_has_the_last_day_before_and_after(before: str, after: str, text: str) -> None:
    old = active(("ANALYZE", "EDIT"), expires_on=before)

    assert text in written(step("update", old, share(expires_on=after)))


def test_a_row_has_the_date_on_which_a_removed_share_ended() -> None:
    text = written(step("delete", active(expires_on="2020-01-31")))

    assert "| 🔻&nbsp;removed after its end date 2020-01-31<br>campaigns |" in text


def test_after_the_last_day_a_row_states_that_the_update_grants_nothing() -> None:
    for event in (
        step("create", new=share(expires_on="2020-01-31")),
        step("update", share(status="EXPIRED", request="77"), share(expires_on="2020-01-31")),
    ):
        text = written(event)
        assert "not asked again<br>" in text
        assert "the last day 2020-01-31 has passed, so the update grants nothing" in text
        assert f"Access unchanged: agency {NORTHLIGHT} (not asked again: 1)" in text


def test_a_mass_removal_is_one_line_that_a_short_comment_keeps() -> None:
    events = [step("delete", active(pixel=str(n)), name=str(n)) for n in range(400)]
    names = "0, 1, 2, 3, 4, and 395 more"
    line = f"⚠️ **The update removes 400 of 401 managed shares ({names})**"

    assert f"\n{line}\n" in written(
        *events, step("same", active(), share(), name="stays"), limit=10_000
    )


def test_a_share_that_has_ended_is_counted_apart_in_the_line_about_a_mass_removal() -> None:
    events = [step("delete", active(pixel=str(n)), name=str(n)) for n in range(3)]
    ended = step("delete", active(expires_on="2020-01-31"), name="ended")

    line = "removes 3 of 4 managed shares (0, 1, 2), and 1 more after the end date**"
    assert line in written(*events, ended)


def test_a_mass_removal_of_permissions_has_their_names_and_those_that_end_with_their_shares() -> (
    None
):
    def accounts(pixel: str, first: int) -> list[Event]:
        return [
            step(
                "delete",
                permission(str(account), pixel=pixel, status="ACTIVE"),
                kind="PixelAdAccountPermission",
                name=f"account-{account}",
            )
            for account in range(first, first + 3)
        ]

    stays = step("same", active(), share())
    ends = step("delete", active(pixel="91"), name="ends")
    names = "account-0, account-1, account-2"

    alone = written(stays, *accounts(PIXEL, 0))
    assert f"⚠️ **The update removes 3 of 3 managed permissions ({names})**" in alone
    with_share = written(stays, ends, *accounts(PIXEL, 0), *accounts("91", 10))
    line = f"removes 3 of 6 managed permissions ({names}), and 3 more with their shares**"
    assert line in with_share


def test_the_names_in_the_line_about_a_mass_removal_are_short() -> None:
    events = [step("delete", active(pixel=str(n)), name=f"{n}{'x' * 90}") for n in range(9)]
    name = "x" * 39

    line = f"(0{name}…, 1{name}…, 2{name}…, 3{name}…, 4{name}…, and 4 more)**"
    assert line in written(*events)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({"old_name": "old"}, "old → campaigns"),
        ({"component": "spring"}, "campaigns → campaigns in the component spring"),
    ],
)
def test_a_moved_share_is_listed_as_no_change_of_access(place: dict[str, str], text: str) -> None:
    found = written(moved("same", active(), share(), **place))

    assert "### ✅ Access unchanged\n" in found
    assert f"#### Moved, no change of access\n\n- {text}: `{NORTHLIGHT}`, pixel `{PIXEL}`" in found


def test_the_row_of_a_changed_share_has_its_move() -> None:
    found = written(moved("update", active(), share(("ANALYZE", "EDIT")), old_name="old"))

    assert "_moved: old → campaigns_ |" in found
    assert "#### Moved" not in found


def test_an_open_request_is_listed_with_its_date_or_without_one() -> None:
    dated = written(step("same", pending(name="Northlight"), share()))
    adopted = written(step("same", pending(requested_on=""), share()))

    assert "had not accepted sharing request 77 (sent on 2026-11-20) at the last read: " in dated
    assert "sharing request 77 (sent on an unknown date) at the last read: pixel" in adopted
