"""`python -m metapixel_policy FILE` reports mistakes in a policy configuration file.

The engine does not report them: unknown names, rules outside of `policies` in a file with
"version": 2, and rules that lack a required setting.

Exit code 0: all names are known. 1: a name is unknown or in the wrong place. 2: the file cannot be
read.
"""

import json
import sys
from pathlib import Path

from metapixel_policy.config_file import missing_settings, unknown_names
from metapixel_policy.settings import one_of
from metapixel_provider.texts import one_line

_USAGE = "usage: python -m metapixel_policy POLICY-CONFIG-FILE"


def main(arguments: list[str]) -> int:
    """Print unknown names to stderr, or else the rules that do not apply. Return the exit code."""
    if arguments in (["--help"], ["-h"]):
        sys.stdout.write(f"{_USAGE}\n{__doc__}")
        return 0
    if len(arguments) != 1:
        sys.stderr.write(f"{_USAGE}\n")
        return 2
    try:
        document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 2
    problems = list(unknown_names(document))
    # A line break in a name could begin a command to the CI system.
    sys.stderr.writelines(f"{arguments[0]}: {one_line(problem)}\n" for problem in problems)
    if problems:
        return 1
    for rule, settings in missing_settings(document):
        sys.stdout.write(f"{rule} does not apply without its setting {one_of(settings)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
