"""A new stack on a file backend, written as the files that `pulumi stack init` writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tests.support.quick import keys

#: The engine compares the hash of its version.
_VERSION = "v3.0.0"


def state_file(backend: Path, project: str, stack: str) -> Path:
    """Return the file of a stack's state in the folder of a file backend."""
    return backend / ".pulumi/stacks" / project / f"{stack}.json"


def write(backend: Path, home: Path, project: Path, stack: str, config: Mapping[str, str]) -> None:
    """Write an empty stack with its configuration, and select it in Pulumi's `home`.

    A dot in a configuration key separates the parts of a path, as with `pulumi config set --path`.
    """
    name = yaml.safe_load((project / "Pulumi.yaml").read_text())["name"]
    state = state_file(backend, name, stack)
    qualified = f"organization/{name}/{stack}"
    manifest = {
        "time": datetime.now(UTC).isoformat(),
        "magic": hashlib.sha256(_VERSION.encode()).hexdigest(),
        "version": _VERSION,
    }
    latest = {"manifest": manifest, "secrets_providers": keys.STATE, "metadata": {}}
    checkpoint = {"stack": qualified, "latest": latest}
    _write(state, json.dumps({"version": 3, "checkpoint": checkpoint}))
    _write(backend / ".pulumi/meta.yaml", "version: 1\n")
    settings = {**keys.SETTINGS, "config": _nested(config)}
    _write(project / f"Pulumi.{stack}.yaml", yaml.safe_dump(settings, sort_keys=False))
    place = hashlib.sha1(str(project.resolve() / "Pulumi.yaml").encode()).hexdigest()
    _write(home / f"workspaces/{name}-{place}-workspace.json", json.dumps({"stack": qualified}))


def _nested(config: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in config.items():
        *path, last = key.split(".")
        inner = found
        for part in path:
            below = inner.setdefault(part, {})
            assert isinstance(below, dict)
            inner = below
        inner[last] = value
    return found


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
