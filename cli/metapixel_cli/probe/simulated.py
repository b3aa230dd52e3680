"""A simulator in a process of its own, which has the pixel of a probe and its new profile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from metapixel_cli.probe.errors import InconclusiveError
from metapixel_cli.probe.journal import Target
from metapixel_provider.connection import NAMESPACE
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import TOKEN

#: The name of the agency's credential set at the simulator.
AGENCY = "agency"
_READY = "Simulator ready at "
#: The simulator ends with its input, so it also ends if the probe is killed.
_SERVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from metapixel_simulator.cli import simulator
simulator()
"""
_SCOPES = ["business_management", "ads_management", "pages_read_engagement", "pages_show_list"]


def is_installed() -> bool:
    """Return whether the packages of the extra `simulator` are installed."""
    return all(find_spec(each) for each in ("metapixel_simulator", "werkzeug", "yaml", "pydantic"))


@contextmanager
def simulated(target: Target, related: bool, profile: str) -> Iterator[Configuration]:
    """Serve a simulator during the block. Return the configuration with both tokens.

    Raises InconclusiveError if the simulator does not start.
    """
    with TemporaryDirectory(prefix="metapixel-probe-") as name:
        world, answers = Path(name, "world.json"), Path(name, "profile.yaml")
        world.write_text(json.dumps(_world(target, related)), encoding="utf-8")
        answers.write_text(profile, encoding="utf-8")
        arguments = ["--port", "0", "--world", str(world), "--profile", str(answers)]
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _SERVE, *arguments],
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
                keys = {f"{NAMESPACE}:graphUrl": first.removeprefix(_READY).strip()}
                tokens = {TOKEN: "owner-token", f"{TOKEN}_{AGENCY.upper()}": "agency-token"}
                yield Configuration(keys.get, tokens)
            finally:
                process.kill()


def _world(target: Target, related: bool) -> dict[str, object]:
    owner, agency = target.owner, target.agency
    accounts = [target.ad_account] if target.ad_account else []
    return {
        "apps": [{"id": "1", "name": "Probe"}],
        "businesses": [{"id": owner, "name": "Owner"}, {"id": agency, "name": "Agency"}],
        "system_users": [
            {"id": "2", "name": "Owner", "roles": {owner: "ADMIN"}},
            {"id": "3", "name": "Agency", "roles": {agency: "ADMIN"}},
        ],
        "tokens": [
            {"token": "owner-token", "user": "2", "app": "1", "scopes": _SCOPES},
            {"token": "agency-token", "user": "3", "app": "1", "scopes": _SCOPES},
        ],
        "ad_accounts": [{"id": each, "name": "Ads", "owner": agency} for each in accounts],
        "pixels": [{"id": target.pixel, "name": "Spare", "owner": owner}],
        "relationships": [{"owner": owner, "agency": agency}] if related else [],
    }
