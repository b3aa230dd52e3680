"""A virtual environment whose interpreter lets a warm server fork programs and plugins.

In CI, and wherever a process is killed, stacks use the real virtual environment instead.
"""

from __future__ import annotations

import atexit
import functools
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.depth import IN_CI
from tools.stack import VENV

_HERE = Path(__file__).parent


@functools.cache
def environment() -> Path:
    """Return the folder of the environment. The first call starts the server."""
    if IN_CI:
        return VENV
    folder = tempfile.TemporaryDirectory(prefix="warm")
    address, python = Path(folder.name, "socket"), Path(folder.name, "bin/python")
    command = [sys.executable, "-P", "-u", str(_HERE / "server.py"), str(address)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    atexit.register(folder.cleanup)
    atexit.register(server.communicate)
    atexit.register(server.kill)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    client = (_HERE / "client.py").read_text()
    client = client.replace("{python}", str(VENV / "bin/python")).replace("{address}", str(address))
    python.parent.mkdir()
    python.write_text(f"#!{Path(sys.executable).resolve()} -ISE\n{client}")
    python.chmod(0o755)
    return Path(folder.name)
