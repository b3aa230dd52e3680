"""The template of the comment, which can print no value without its escape."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, nodes

from metapixel_cli.review.rendering import markdown

TEMPLATE = Path(markdown.__file__).with_name("comment.md.j2")


def test_the_template_has_no_operation_that_marks_a_text_as_escaped() -> None:
    parsed = Environment(autoescape=True).parse(TEMPLATE.read_text("utf-8"))

    forbidden = nodes.Concat, nodes.Add, nodes.Mul, nodes.Mod, nodes.MarkSafe, nodes.FilterBlock
    assert [*parsed.find_all(forbidden)] == []
    assert [*parsed.find_all(nodes.ScopedEvalContextModifier)] == []
