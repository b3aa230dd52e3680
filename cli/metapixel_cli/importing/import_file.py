"""The file for Pulumi's bulk import, with resources of the native plugin.

Source: pulumi.com/docs/iac/guides/migration/import, "Bulk import operations", read on 2026-11-28.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, exists
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels
from metapixel_provider.access_file.model import share_name
from metapixel_provider.sharing.resource_types import ResourceType

_PROVIDERS = "pulumi:providers:metapixel"
_NEXT_STEP = (
    "The stack does not contain the access in this file yet. Run this command in the folder of the "
    "project, and add the declarations that it prints to the program:"
)


@dataclass(frozen=True)
class ImportFileTarget:
    """A file for Pulumi's bulk import, as the target of an import.

    `program` is the folder of the program. `provider` is the name of the explicit provider of the
    resources, or None.
    """

    path: Path
    stack: str
    program: Path
    provider: str | None = None

    def draft(self, selection: Selection, urns: Collection[str]) -> Draft:
        resources = [
            {"type": type_.native, "name": name, "id": id_}
            for type_, name, id_ in _resources(selection, {*map(name_of, urns)})
        ]
        document: dict[str, object] = {"resources": resources}
        if self.provider is not None:
            resources = [{**each, "provider": self.provider} for each in resources]
            document = {"nameTable": self._name_table(urns), "resources": resources}
        text = json.dumps(document, indent=2) + "\n"
        file = Path(os.path.relpath(self.path, self.program)).as_posix()
        command = shlex.join(("pulumi", "import", "--file", file, "--stack", self.stack))
        has_file = exists(self.path, text)
        return Draft(self.path, text, has_file, (command,), next_step=_NEXT_STEP)

    def _name_table(self, urns: Collection[str]) -> dict[str, str]:
        name = f"{_PROVIDERS}::{self.provider}"
        for urn in urns:
            # The type of a parent precedes the type of the provider.
            if urn.endswith((f"::{name}", f"${name}")):
                return {name_of(urn): urn}
        raise StackError(
            f"Stack {self.stack} has no provider '{self.provider}'; declare it in the program, and "
            f"update the stack before the import"
        )


def _resources(
    selection: Selection, taken: Collection[str]
) -> Iterator[tuple[ResourceType, str, str]]:
    """Yield the type, the name and the id of each resource. A taken name is extended by an id."""
    found = labels(selection.pixel_names, selection.business_names)

    def free(name: str, id_: str) -> str:
        return f"{name}-{id_}" if name in taken else name

    for each in selection.access.values():
        label = share_name(found.agencies[each.group], found.pixels[each.pixel.id])
        if each.account is None:
            yield ResourceType.SHARE, free(label, each.pixel.id), each.id
        else:
            name = free(f"{label}-{each.account.id}", each.pixel.id)
            yield ResourceType.PERMISSION, name, each.id
