"""Mutation testing, which makes small changes to the provider and expects tests to fail.

`python -m tools.mutants [MODULE ...]` runs the fast tests in a clone of the last commit, so this
checkout is not changed. A module is a path below `metapixel_provider`, such as
`sharing/share/decide.py`. The default is `dynamic/` and the lifecycles of `sharing/`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = (
    "dynamic/*",
    "sharing/sending.py",
    "sharing/share/*",
    "sharing/permission/*",
    "sharing/response/*",
)
#: Our packages. This module moves them to `src`, where mutmut expects them.
PACKAGES = (
    "provider/metapixel_provider",
    "provider/metapixel_plugin",
    "sdk/pulumi_metapixel",
    "policy/metapixel_policy",
    "cli/metapixel_cli",
    "simulator/metapixel_simulator",
)
TESTS = ("tests/unit/dynamic", "tests/unit/sharing")
#: Tests that take minutes, or that need simultaneous calls. mutmut's overhead prevents such calls.
LEFT_OUT = (
    "tests/unit/sharing/test_unknown_outcomes.py",
    "tests/unit/sharing/test_large_pixels.py",
)


def main() -> int:
    """Run the tests in a new clone, and print the undetected mutants. Return the exit code."""
    clone = Path(tempfile.mkdtemp(prefix="mutants-"))
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    (clone / "src").mkdir()
    for package in PACKAGES:
        (clone / package).rename(clone / "src" / Path(package).name)
    with (clone / "pyproject.toml").open("a") as settings:
        settings.write(_settings(sys.argv[1:] or MODULES))
    print(f"in {clone}; `mutmut results` and `mutmut show NAME` there show the survivors")
    run = subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2"], cwd=clone)
    subprocess.run([sys.executable, "-m", "mutmut", "results"], cwd=clone, check=True)
    return run.returncode


def _settings(modules: Sequence[str]) -> str:
    tests = [*TESTS, *(f"--ignore={path}" for path in LEFT_OUT)]
    mutated = [f"src/metapixel_provider/{module}" for module in modules]
    return f"""
[tool.mutmut]
source_paths = ["src"]
only_mutate = {mutated}
mutate_only_covered_lines = true
pytest_add_cli_args = ["-p", "no:cacheprovider", "-m", "not engine"]
pytest_add_cli_args_test_selection = {tests}
also_copy = ["bench", "tools", "examples", "templates", "docs", "README.md", "ARCHITECTURE.md"]
"""


if __name__ == "__main__":
    sys.exit(main())
