"""The file for Pulumi's bulk import, with resources of the native plugin.

Source: pulumi.com/docs/iac/guides/migration/import, "Bulk import operations", read on 2026-11-28.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection
from pathlib import Path

from metapixel_cli.importing.selection import Selection
from metapixel_cli.importing.targets import Draft, new_text, pairs
from metapixel_cli.stacks.engine import name_of
from metapixel_cli.stacks.errors import StackError

_PROVIDERS = "pulumi:providers:metapixel"
_ADVICE = (
    "The stack does not contain the access in {} yet. Run this command in the folder of the "
    "project, and add the declarations that it prints to the program:\n    {}"
)


def draft_import_file(
    path: Path,
    stack: str,
    program: Path,
    provider: str | None,
    selection: Selection,
    urns: Collection[str],
) -> Draft:
    """Return a file for Pulumi's bulk import as a draft.

    `program` is the folder of the program. `provider` names an explicit provider of the resources.
    """
    document: dict[str, object] = {}
    reference: dict[str, str] = {}
    if provider is not None:
        document["nameTable"] = {provider: _provider_urn(stack, provider, urns)}
        reference["provider"] = provider
    resources = []
    for pair in pairs(selection, taken={*map(name_of, urns)}):
        for type_, name, id_ in pair.resources:
            resources.append({"type": type_.native, "name": name, "id": id_, **reference})
    document["resources"] = resources
    text = json.dumps(document, indent=2) + "\n"
    file = Path(os.path.relpath(path, program)).as_posix()
    command = shlex.join(("pulumi", "import", "--file", file, "--stack", stack))
    return Draft(path, new_text(path, text), _ADVICE.format(path, command))


def _provider_urn(stack: str, provider: str, urns: Collection[str]) -> str:
    for urn in urns:
        # The type of a parent precedes the type of the provider.
        if urn.endswith((f"::{_PROVIDERS}::{provider}", f"${_PROVIDERS}::{provider}")):
            return urn
    raise StackError(
        f"Stack {stack} has no provider '{provider}'; declare it in the program, and update the "
        f"stack before the import"
    )
