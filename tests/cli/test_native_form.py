"""Resources of the native plugin get the same judgement as those of the dynamic provider."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from metapixel_cli.access.reading import read_state
from metapixel_cli.importing.entries import declared, new_entries
from metapixel_cli.review.evaluation.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from metapixel_cli.review.rendering.json_document import as_json
from metapixel_cli.stacks.export import StackResource
from metapixel_cli.stacks.plan import PlannedResource
from tests.cli.importing.estates import agency, pixel, selected
from tests.cli.importing.test_entries import NEW, SHARE, plan
from tests.cli.importing.test_undo import DECLARED
from tests.cli.review import previews
from tests.support.native_form import native, native_properties, native_token


def reviewed(data: bytes) -> tuple[str, str]:
    found = review(read(data))
    return comment(found, GITHUB_LIMIT), as_json(found)


def moving(data: bytes) -> bytes:
    """A preview of the native plugin with a state that the dynamic provider wrote."""
    events = []
    for line, former in zip(native(data).splitlines(), data.splitlines(), strict=True):
        event, before = json.loads(line), json.loads(former)
        if "resourcePreEvent" in event:
            old = before["resourcePreEvent"]["metadata"]["old"]
            event["resourcePreEvent"]["metadata"]["old"] = old
        # The dynamic provider refreshes its resources, before the program registers the new ones.
        is_refresh = '"op": "refresh"' in former.decode()
        events.append(before if is_refresh else event)
    return "\n".join(map(json.dumps, events)).encode()


def with_a_provider(data: bytes) -> bytes:
    """A preview with an explicit provider too, whose state has a token in plain text."""
    urn = "urn:pulumi:test::project::pulumi:providers:metapixel::owner"
    state = {"custom": True, "urn": urn, "inputs": {"accessToken": "EAAB", "pixelId": "1"}}
    step = {"op": "same", "urn": urn, "type": "pulumi:providers:metapixel"}
    provider = {"resourcePreEvent": {"metadata": {**step, "old": state, "new": state}}}
    first, *others = map(json.loads, data.splitlines())
    events = enumerate((first, provider, *others))
    return "\n".join(json.dumps({**each, "sequence": number}) for number, each in events).encode()


@pytest.mark.parametrize("change", [native, moving, with_a_provider])
@pytest.mark.parametrize("path", previews.files(), ids=lambda path: str(path.stem))
def test_a_recorded_preview_has_the_same_review(
    path: Path, change: Callable[[bytes], bytes]
) -> None:
    data = path.read_bytes()

    assert _without_spelling(reviewed(change(data))) == _without_spelling(reviewed(data))


def _without_spelling(texts: tuple[str, str]) -> list[str]:
    """Return the texts in one spelling. They lack a finding that is due to the move alone."""
    spelled = re.compile(r"on\\?_existing='(\w+)'")
    return [
        spelled.sub(r"onExisting: \1", text).replace(',\n    "update"\n  ]', "\n  ]")
        for text in texts
    ]


def test_a_review_writes_an_input_as_the_program_of_the_resource_does() -> None:
    data = previews.load("renamed with other tasks")

    assert "set `on_existing='overwrite'`" in reviewed(data)[1]
    assert "set `onExisting: overwrite`" in reviewed(native(data))[1]


def test_a_state_has_the_same_declarations(tmp_path: Path) -> None:
    """The report of `metapixel access` uses nothing else of a state."""
    data = (Path(__file__).parents[1] / "formats" / "stack.json").read_bytes()
    state = tmp_path / "state.json"

    found = []
    for form in (data, native(data)):
        pending = json.loads(form)
        (created,) = (
            each for each in pending["deployment"]["resources"] if each["urn"].endswith("::asked")
        )
        pending["deployment"]["pending_operations"] = [{"type": "creating", "resource": created}]
        state.write_text(json.dumps(pending))
        found.append(read_state(state))

    dynamic, of_plugin = found
    assert len(dynamic.resources) == 6
    assert of_plugin.resources == tuple(map(_native_resource, dynamic.resources))
    assert of_plugin.half_created == tuple(map(_native_resource, dynamic.half_created))


def _native_resource(each: StackResource) -> StackResource:
    """Return the resource as the native plugin records it, with the domain's names."""

    def left(properties: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in properties.items() if name != "credentials"}

    return replace(
        each,
        urn=native_token(each.urn),
        inputs=left(each.inputs),
        outputs=left(each.outputs),
        dependencies=frozenset(map(native_token, each.dependencies)),
    )


def test_an_import_records_the_names_of_the_native_plugin() -> None:
    selection = selected(pixel("11", agency("21")))
    new = plan(*NEW, _native_planned(DECLARED))

    made = new_entries(new, (), declared(new, selection).access)

    entry = made[native_token(SHARE)]
    assert (entry["urn"], entry["id"]) == (native_token(SHARE), "11/21")
    assert entry["inputs"] == native_properties(DECLARED.inputs)
    outputs = entry["outputs"]
    assert isinstance(outputs, Mapping)
    assert {"pixelId", "grantedTasks", "agencyName", "pendingRequestId"} <= {*outputs}
    assert not any("_" in name for name in outputs)


def _native_planned(planned: PlannedResource) -> PlannedResource:
    return replace(
        planned,
        urn=native_token(planned.urn),
        type=native_token(planned.type),
        declared=native_properties(planned.declared),
        inputs=native_properties(planned.inputs),
    )
