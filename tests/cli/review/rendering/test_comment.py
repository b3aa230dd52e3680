"""The comment as a person sees it, whatever the names are and however much changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from metapixel_cli.review.evaluation.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering import markdown
from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment, length
from metapixel_cli.review.rendering.words import marker
from metapixel_policy import RULES
from tests.cli.review import previews
from tests.cli.review.evaluation.test_removals import accounts, removed
from tests.cli.review.rendering.hostile import GITHUB, HOSTILE, flat
from tests.cli.review.streams import (
    ANSWER,
    STANDING,
    Event,
    active,
    answer,
    permission,
    reviewed,
    said,
    share,
    standing,
    step,
    summary,
    violation,
)
from tests.conftest import Approve


def written(*events: Event, limit: int = GITHUB_LIMIT, end: Event | None = None) -> str:
    return comment(reviewed(*events, end=end), limit)


@pytest.mark.parametrize("name", [*HOSTILE, "x\n::stop-commands::t\n##[error]"])
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
    text = comment(found, GITHUB_LIMIT, name, f"https://ci.example/{name}")

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
    # No line is a command of a workflow.
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text


def test_a_huge_error_is_cut_and_says_by_how_much() -> None:
    text = written(said("x" * 100_000), end=summary("failed"))

    assert length(text) < 4_000
    assert "… (98,000 more characters)" in text


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


@pytest.mark.parametrize("limit", [2_000, 10_000, 20_000, GITHUB_LIMIT])
def test_three_hundred_shares_that_violate_every_rule_are_readable_or_counted(limit: int) -> None:
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
    assert blocked.removeprefix("⛔ Blocked by ").split(", ") == rules
    if limit > 2_000:
        assert text.count("<br>300 violations |") == len(rules)
        assert "#### 20 agencies" in text
    rows = text.count("| 🔺&nbsp;**more access**<br>")
    left_out = re.findall(r"_(\d+) of 300 changes left out here", text)
    assert rows + sum(map(int, left_out)) == 300
    if limit == GITHUB_LIMIT:
        assert text.count(": more access: 15; gains EDIT") == 20
        assert left_out == []
        assert "<details><summary>300 changes</summary>" in text
        assert "and 17 more (more access: 300)" in text.splitlines()[1]
        assert "#### Sharing requests" not in text


SHORT = f"{'x' * 39}…"
LONG = [step("delete", active(pixel=n), name=n + "x" * 90) for n in "0123"]
STAYS = step("same", active(), share(), name="stays")


@pytest.mark.parametrize(
    ("events", "line"),
    [
        ([*removed(400), STAYS], "400 of 401 managed shares (0, 1, 2, 3, 4, and 395 more)"),
        (
            [*removed(3), step("delete", active(expires_on="2020-01-31"), name="ended")],
            "3 of 4 managed shares (0, 1, 2), and 1 more after the end date",
        ),
        ([STAYS, *accounts(3)], "3 of 3 managed permissions (p0, p1, p2)"),
        (
            [STAYS, *removed(1), *accounts(3), *accounts(3, first=10, pixel="0")],
            "3 of 6 managed permissions (p0, p1, p2), and 3 more with their shares",
        ),
        (LONG, f"4 of 4 managed shares (0{SHORT}, 1{SHORT}, 2{SHORT}, 3{SHORT})"),
    ],
)
def test_a_mass_removal_is_one_line_that_a_short_comment_keeps(
    events: list[Event], line: str
) -> None:
    assert f"\n⚠️ **The update removes {line}**\n" in written(*events, limit=10_000)


def test_drift_is_first_and_in_its_own_words(approve: Approve) -> None:
    preview = read(previews.load("changed by hand"))

    text = comment(review(preview), GITHUB_LIMIT)

    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8765", text)
    without_warnings = re.sub(r"(?s)<details>.*?</details>", "", text)
    approve("review-by-hand.md", without_warnings)


def test_the_template_has_no_operation_that_marks_a_text_as_escaped() -> None:
    template = Path(markdown.__file__).with_name("comment.md.j2")
    parsed = Environment(autoescape=True).parse(template.read_text("utf-8"))

    forbidden = nodes.Concat, nodes.Add, nodes.Mul, nodes.Mod, nodes.MarkSafe, nodes.FilterBlock
    assert [*parsed.find_all(forbidden)] == []
    assert [*parsed.find_all(nodes.ScopedEvalContextModifier)] == []
