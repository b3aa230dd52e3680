"""A virtual environment and an engine whose Python processes are forked by a warm server.

Wherever a process is killed, stacks use the real ones instead. In CI, they use the real virtual
environment, because the programs and the plugins contain our code.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.depth import IN_CI
from tools.engine.go_modules import HOSTS
from tools.stack import ROOT, VENV

_HERE = Path(__file__).parent


@functools.cache
def environment() -> Path:
    if IN_CI:
        return VENV
    _write_client(server() / "bin/python")
    return server()


@functools.cache
def path() -> str:
    """Return the PATH of Pulumi. The engine's language hosts, if they are our own, are forked too.

    Pulumi starts the language hosts that lie beside its own program.
    """
    engine = Path(shutil.which("pulumi") or "").resolve().parent
    if not (engine.parent / "host").exists():
        return os.environ["PATH"]
    folder = server() / "engine"
    folder.mkdir()
    for program in engine.iterdir():
        if program.name in HOSTS:
            _write_client(folder / program.name, f"-u -m tools.engine.language_host {program}")
        else:
            _link(program, folder / program.name)
    return f"{folder}:{os.environ['PATH']}"


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _write_client(file: Path, host: str = "") -> None:
    text = (_HERE / "client.py").read_text().replace("{host}", host)
    text = text.replace("{python}", str(VENV / "bin/python"))
    text = text.replace("{address}", str(server() / "socket"))
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!{Path(sys.executable).resolve()} -ISE\n{text}")
    file.chmod(0o755)


@functools.cache
def server(*speed: str) -> Path:
    """Start the server, whose processes have a fast clock with a speed. Return its folder."""
    folder = tempfile.TemporaryDirectory(prefix="warm")
    address = Path(folder.name, "socket")
    # With -B, it does not store compiled programs. See `Stack` for the reason.
    command = [sys.executable, "-B", "-P", "-u", str(_HERE / "server.py"), str(address), *speed]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    atexit.register(folder.cleanup)
    atexit.register(started.communicate)
    atexit.register(started.kill)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return Path(folder.name)
