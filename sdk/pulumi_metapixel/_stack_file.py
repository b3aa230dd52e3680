"""The file of the stack's configuration, which alone tells plain text from a secret beside it."""

from __future__ import annotations

from pathlib import Path

import pulumi
import yaml

_EXTENSIONS = (".json", ".yaml", ".yml")


def configured(key: str) -> object:
    """A value as the stack's file holds it: secrets encrypted, as `{"secure": ...}`.

    None where the file can't be found: a program is not told of `--config-file`, of a configuration
    that its backend keeps, and of values that an environment of Pulumi ESC adds.
    """
    config = _content(_path()).get("config")
    return config.get(key) if isinstance(config, dict) else None


def _path() -> Path | None:
    """`Pulumi.STACK.yaml`, in the project's folder or in its `stackConfigDir`."""
    root = pulumi.get_root_directory()
    projects = (Path(root or "", f"Pulumi{extension}") for extension in _EXTENSIONS)
    project = next((path for path in projects if root and path.is_file()), None)
    if project is None:
        return None
    described = _content(project)
    # `config` is its older name, where it is a text.
    folder = described.get("stackConfigDir") or described.get("config")
    name = f"Pulumi.{pulumi.get_stack().replace('/', '-')}{project.suffix}"
    # As the engine does, which does not let an absolute folder leave the project.
    return Path(f"{root}/{folder if isinstance(folder, str) else ''}/{name}")


def _content(path: Path | None) -> dict[object, object]:
    """What a file holds; nothing where it can't be read, about which the engine complains."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) if path else None
    except (OSError, ValueError, yaml.YAMLError):
        found = None
    return found if isinstance(found, dict) else {}
