"""What a program imports when it declares resources."""

from __future__ import annotations

import subprocess
import sys

#: They take longer to import than all of ours.
HEAVY = {"requests", "urllib3", "metapixel_provider.access_file.reader"}


def test_a_program_imports_no_http_library_and_nothing_that_reads_access_files() -> None:
    # In a process of its own, as the test run imports everything.
    code = f"import sys, pulumi_metapixel\nprint(sorted({HEAVY!r} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert found.stdout == "[]\n"
