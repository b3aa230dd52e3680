"""What a program imports when it declares resources."""

from __future__ import annotations

import subprocess
import sys


def test_a_program_that_declares_resources_imports_no_http_library() -> None:
    # In a process of its own, as the test run imports everything.
    code = "import sys, pulumi_metapixel\nprint(sorted({'requests', 'urllib3'} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert found.stdout == "[]\n"
