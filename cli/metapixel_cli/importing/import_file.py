"""The file for Pulumi's bulk import, with resources of the native plugin.

Source: pulumi.com/docs/iac/guides/migration/import, "Bulk import operations", read on 2026-11-28.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, exists, pairs
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.labels import labels

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
        found = labels(selection.pixel_names, selection.business_names)
        resources = [
            {"type": type_.native, "name": name, "id": id_}
            for pair in pairs(selection, found, {*map(name_of, urns)})
            for type_, name, id_ in pair.resources
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
