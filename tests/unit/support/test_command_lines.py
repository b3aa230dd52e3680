"""The finder of command lines misses none, whatever the text that has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import command_lines as finder


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Run `pulumi up --refresh` then.", ["pulumi up --refresh"]),
        ("Run ``pulumi up``, or\n`pulumi\nrefresh`.", ["pulumi up", "pulumi refresh"]),
        ("    pulumi up   # twice\n", ["pulumi up"]),
        ("```bash\n$ pulumi up && pulumi refresh\n```", ["pulumi up", "pulumi refresh"]),
        ("1. First:\n\n       pulumi up \\\n         --yes\n", ["pulumi up --yes"]),
        ("| a | b |\n|---|---|\n| `pulumi up` | b |\n", ["pulumi up"]),
        ("- `up --skip-preview` fails", ["pulumi up --skip-preview"]),
        ("`policy analyze` fails", ["pulumi policy analyze"]),
        ("`--run-program` and `A_SETTING=1`", ["--run-program", "A_SETTING=1"]),
        ("The programs `pulumi` and `metapixel`, a page's `update`", []),
        ("```python\nimport pulumi\npulumi.export('a', 1)\n```", []),
    ],
)
def test_markdown(text: str, lines: list[str]) -> None:
    assert list(finder.in_markdown(text)) == lines


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("export A=1   # or: pulumi config set --secret a:b", ["pulumi config set --secret a:b"]),
        ("make demo   # as `make test`\n# make sure it ends", ["make demo", "make test"]),
        ("A=1 pulumi preview --json > file 2> errors || code=$?", ["A=1 pulumi preview --json"]),
        ("x --exit-code 1 > out; metapixel review a --exit-code 1 > out", None),
        ("if ! pulumi up; then pulumi cancel; fi", ["pulumi up", "pulumi cancel"]),
        ('{\n  pulumi -C "$HERE" up >&2 &&\n}', ["pulumi -C $HERE up"]),
        ("echo $(pulumi stack export) | jq '.[]'", ["pulumi stack export"]),
        (".venv/bin/metapixel review 'a b'", [".venv/bin/metapixel review 'a b'"]),
        ("python -m metapixel_simulator --port 1", ["python -m metapixel_simulator --port 1"]),
        ("python -m venv .venv\nmakes it\nit's a pulumi", []),
    ],
)
def test_shell(script: str, lines: list[str] | None) -> None:
    expected = ["metapixel review a --exit-code 1"] if lines is None else lines
    assert list(finder.in_shell(script)) == expected


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('raise E(f"{what} failed: run `pulumi up` " f"again")', ["pulumi up"]),
        ('text = (\n  "run `pulumi "\n  f"config rm --path {KEY}.NAME`"\n)', None),
        ('echo(f"  pulumi config set a:b {url}")', ["pulumi config set a:b {}"]),
        ('say("\\n$ pulumi up --yes")', ["pulumi up --yes"]),
        ('"""Goes on with `pulumi up`."""', ["pulumi up"]),
        ('say("Give it --run-program: that helps")', ["--run-program"]),
        ("say(f\"{f('run `pulumi up`')} now\")", ["pulumi up"]),
        ('run("pulumi", "up", "--yes")', []),
        ('say(f"`pulumi {arguments}` failed")', []),
    ],
)
def test_python(source: str, lines: list[str] | None) -> None:
    expected = ["pulumi config rm --path {}.NAME"] if lines is None else lines
    assert list(finder.in_python(source)) == expected


def test_a_workflow() -> None:
    workflow = """
        jobs:
          one:
            steps:
              - uses: pulumi/actions@v1
              - run: |
                  pulumi up --stack "$STACK" \\
                    --yes
          two:
            steps: [{run: make check}]
          three:
            uses: ./.github/workflows/other.yml
    """

    assert list(finder.in_workflow(workflow)) == ["pulumi up --stack $STACK --yes", "make check"]


def test_a_makefile() -> None:
    makefile = "# `make help` lists it.\nhelp: ## list\nreal-one: x ## do it\nhidden: x\n\tmake y\n"

    found = list(finder.in_makefile(makefile))

    assert sorted(set(found)) == ["make help", "make real-one"]


def test_advice_is_what_messages_tell_and_not_what_docstrings_say(tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    (tmp_path / "sdk/module.py").write_text(
        '"""Goes on with `pulumi refresh`."""\nraise E(f"{name} failed;"\n  " run `pulumi up`")\n'
    )

    assert finder.advice(tmp_path) == {("pulumi up", "{} failed; run `pulumi up`")}


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("a.md", "Then run pulumi\nup --refresh, please.", {"pulumi up --refresh"}),
        ("a.py", 'f(f"run pulumi -C {x} up")', {"pulumi -C {} up"}),
        ("a.md", "A Pulumi stack, pulumi's update", set()),
    ],
)
def test_a_second_look_sees_commands_that_are_not_written_as_code(
    name: str, text: str, named: set[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)

    assert finder.named(tmp_path / name) == named
