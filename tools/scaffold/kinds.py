"""The kinds of things that a scaffold writes, each as data.

`$name` and `$module` in a text are the name, and the name with underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    `form` is a regular expression for its name. `files` maps new files to their templates. Each
    insertion has a path, a regular expression, and the text to insert before its first match.
    `steps` are left to a person.
    """

    form: str
    example: str
    files: Mapping[str, str]
    insertions: tuple[tuple[str, str, str], ...]
    steps: tuple[str, ...]


_RULES = "policy/metapixel_policy"
_UNKNOWN, _MESSAGES = "tests/policy/test_undecidable.py", "tests/policy/test_messages.py"
_SWITCHES = "simulator/metapixel_simulator/switches.py"
_FAULTS = "simulator/metapixel_simulator/faults.py"
_COMMANDS = "cli/metapixel_cli/commands.py"

KINDS = {
    "rule": Kind(
        form=r"[a-z]+(-[a-z]+)+",
        example="share-has-reason",
        files={
            f"{_RULES}/rules/$module.py": "rule.py.txt",
            "tests/policy/test_$module.py": "rule_test.py.txt",
        },
        insertions=(
            (
                f"{_RULES}/__init__.py",
                r"^from metapixel_policy\.rules\.",
                "from metapixel_policy.rules.$module import $module\n",
            ),
            (f"{_RULES}/__init__.py", r'^\)\n"""All rules', "    $module,\n"),
            (f"{_RULES}/__init__.py", r"^\]$", '    "$module",\n'),
            (_UNKNOWN, r"^    RULES,$", "    $module,\n"),
            (_UNKNOWN, r"^\]$", '    ($module, "share", "reason", {}, {}),\n'),
            (_MESSAGES, r"^    RULES,$", "    $module,\n"),
            (_MESSAGES, r"^\]$", '    ($module, "share", {"reason": ...}, {}),\n'),
        ),
        steps=(
            f"{_RULES}/rules/$module.py: replace what the rule judges, its words and its severity",
            f"{_RULES}/resources.py: add an input if no rule has read it before",
            "tests/policy/test_$module.py: take a compliant resource and break one field",
            f"{_UNKNOWN}: name each input that the rule reads",
            f"{_MESSAGES}: name inputs that break the rule",
            f"{_RULES}/__init__.py: move the entry of RULES to the rules about the same subject",
            "CHANGELOG.md: describe the rule",
        ),
    ),
    "switch": Kind(
        form=r"[a-z]+(_[a-z]+)*",
        example="stale_reads",
        files={"tests/simulator/test_$name.py": "switch_test.py.txt"},
        insertions=(
            (
                _SWITCHES,
                r"^    oldest_version: ",
                '    $name: bool = _flag(False, "TODO: what it decides.")\n',
            ),
        ),
        steps=(
            f"{_SWITCHES}: replace its values, its default and its sentence",
            "read the switch where the behaviour depends on it; until then, "
            "tests/simulator/test_completeness.py fails",
            "tests/simulator/test_$name.py: test each value",
        ),
    ),
    "fault": Kind(
        form=r"[a-z]+(_[a-z]+)*",
        example="rate_limit",
        files={"tests/simulator/test_$name.py": "fault_test.py.txt"},
        insertions=(
            (
                _FAULTS,
                r"^#: The effect of each kind of fault",
                "def _$name(strike: Strike) -> Answer:\n"
                '    """TODO: what happens, with its options."""\n'
                "    # TODO: return another answer instead of strike.answer, which is None before "
                "the effect.\n"
                '    return Answer(503, "")\n\n\n',
            ),
            (_FAULTS, r"^}\n\Z", '    "$name": _$name,\n'),
        ),
        steps=(
            f"{_FAULTS}: replace the answer of _$name and its description",
            "tests/simulator/test_$name.py: test the answer, before and after the effect",
        ),
    ),
    "command": Kind(
        form=r"[a-z]+",
        example="explain",
        files={
            "cli/metapixel_cli/$name.py": "command.py.txt",
            "tests/cli/test_$name.py": "command_test.py.txt",
        },
        insertions=(
            (
                _COMMANDS,
                r"^}\n#: Packages that an extra",
                '    "$name": ("metapixel_cli.$name", "${name}_command"),\n',
            ),
        ),
        steps=(
            "cli/metapixel_cli/$name.py: replace what the command does, and its help",
            "tests/cli/test_$name.py: test what it prints and its exit codes",
            f"{_COMMANDS}: if it needs a package of its own, name it in _OPTIONAL",
            "README.md and CHANGELOG.md: describe the command",
        ),
    ),
}
