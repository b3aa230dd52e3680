"""The stack's configuration file. Only this file shows which parts of a value are encrypted."""

from __future__ import annotations

from pathlib import Path

import pulumi
import yaml

_EXTENSIONS = (".json", ".yaml", ".yml")


def configured(key: str) -> object:
    """Return a value as it is in the stack's file, with secrets as `{"secure": ...}`.

    Return None if the file is not found. A program cannot see `--config-file`, a configuration
    stored in the backend, or values from a Pulumi ESC environment.
    """
    config = _content(_path()).get("config")
    return config.get(key) if isinstance(config, dict) else None


def _path() -> Path | None:
    """Return the path of `Pulumi.STACK.yaml`, in the project's folder or its `stackConfigDir`."""
    root = pulumi.get_root_directory()
    projects = (Path(root or "", f"Pulumi{extension}") for extension in _EXTENSIONS)
    project = next((path for path in projects if root and path.is_file()), None)
    if project is None:
        return None
    described = _content(project)
    # The older name of this setting is `config`, with a string as its value.
    folder = described.get("stackConfigDir") or described.get("config")
    name = f"Pulumi.{pulumi.get_stack().replace('/', '-')}{project.suffix}"
    # The parts are joined as text, as in the engine, so an absolute folder is below the project.
    return Path(f"{root}/{folder if isinstance(folder, str) else ''}/{name}")


def _content(path: Path | None) -> dict[object, object]:
    """Return the content of a file, empty if it is unreadable. The engine reports such a file."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) if path else None
    except (OSError, ValueError, yaml.YAMLError):
        found = None
    return found if isinstance(found, dict) else {}
