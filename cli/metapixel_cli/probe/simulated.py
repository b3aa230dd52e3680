"""A simulator in a process of its own, which behaves as the new profile describes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from metapixel_cli.probe.acts import OLD_RESULTS, Stage
from metapixel_cli.probe.errors import InconclusiveError
from metapixel_cli.probe.journal import Target
from metapixel_cli.probe.pixel import Pixel
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials

#: The owner and its spare pixel in the simulator's example world.
_OWNER, _SPARE = "1001204537800111", "1290034567800003"
#: Two agencies there, with their tokens. The first one already works with the owner.
_RELATED = Target(_SPARE, _OWNER, "2002345678900222", "507700000000221"), "northlight-token"
_UNRELATED = Target(_SPARE, _OWNER, "3003456789000333", "607700000000331"), "harbour-token"
_READY = "Simulator ready at "
#: The simulator ends with its input, so it also ends if the probe is killed.
_SERVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from metapixel_simulator.cli import simulator
simulator()
"""


def is_installed() -> bool:
    """Return whether the packages of the extra `simulator` are installed."""
    return all(find_spec(each) for each in ("metapixel_simulator", "werkzeug", "yaml", "pydantic"))


@contextmanager
def simulated(profile: str, pixel: Pixel, related: bool) -> Iterator[Stage]:
    """Serve a simulator during the block, with an agency that works with the owner or does not.

    The stage has an agency and an ad account only if the probe of the pixel has them. Raises
    InconclusiveError if the simulator does not start.
    """
    target, token = _RELATED if related else _UNRELATED
    if not pixel.target.ad_account:
        target = replace(target, ad_account="")
    old_results = max((each.reads for each in pixel.delays), default=OLD_RESULTS)
    with TemporaryDirectory(prefix="metapixel-probe-") as name:
        answers = Path(name, "profile.yaml")
        answers.write_text(profile, encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _SERVE, "--port", "0", "--profile", str(answers)],
            env={key: value for key, value in os.environ.items() if "META" not in key},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with process:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
            try:
                first = process.stdout.readline()
                if not first.startswith(_READY):
                    raise InconclusiveError("the simulator did not start")
                url = first.removeprefix(_READY).strip()
                # The simulator counts its old results, and does not time them.
                patience = Patience(first_read_pause=0.0, lag=0.0)
                owner, agency = (
                    Client(Credentials(each), url, patience=patience)
                    for each in ("owner-token", token)
                )
                yield Stage(
                    target,
                    owner,
                    agency if pixel.agency else None,
                    lambda read: [read() for _ in range(old_results + 1)][-1],
                )
            finally:
                process.kill()
