"""What a program imports, and the types, names and texts that an editor sees."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import get_args

import pulumi
import pytest
from pulumi._types import resource_types

import pulumi_metapixel
from metapixel_plugin.schema import texts_of_inputs, texts_of_outputs
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import RequestResponseName
from metapixel_provider.sharing.tasks import OnExistingName, TaskName
from pulumi_metapixel import (
    ClientAccess,
    OnExisting,
    PixelAccess,
    RequestResponse,
    Task,
)

#: They take longer to import than all of ours.
HEAVY = {"requests", "urllib3", "metapixel_provider.access_file.reader"}


@pytest.mark.parametrize(
    ("enum", "names"),
    [(Task, TaskName), (OnExisting, OnExistingName), (RequestResponse, RequestResponseName)],
)
def test_type_checkers_know_the_names_of_each_enum(enum: type[Task], names: object) -> None:
    assert get_args(names) == tuple(each.value for each in enum)


def test_a_type_checker_finds_a_misspelt_task() -> None:
    # mypy reports an `ignore` that is not needed.
    PixelAccess(pixel_id="1", permitted_tasks=["ANALYSE"])  # type: ignore[list-item]
    PixelAccess(pixel_id="1", permitted_tasks={"ANALYSE"})  # type: ignore[arg-type]
    PixelAccess(pixel_id="1", permitted_tasks=["ANALYZE", Task.EDIT])
    PixelAccess(pixel_id="1", permitted_tasks={"ANALYZE", Task.EDIT})
    PixelAccess(pixel_id="1", permitted_tasks=pulumi.Output.from_input([Task.EDIT]))


def test_a_type_checker_finds_an_acceptance_that_is_not_known_while_the_program_runs() -> None:
    with pytest.raises(pulumi.RunError, match="`accept` is neither True nor False"):
        ClientAccess(
            "acme",
            owner_business_id="12",
            agency_business_id="34",
            pixels={"shop": "56", "app": PixelAccess(pixel_id=78)},
            accept=pulumi.Output.from_input(True),  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("type_", ResourceType)
def test_pulumi_evaluates_no_annotations(type_: ResourceType) -> None:
    assert resource_types(getattr(pulumi_metapixel, type_)) == {}


def test_a_program_imports_no_http_library_and_nothing_that_reads_access_files() -> None:
    # In a process of its own, as the test run imports everything.
    code = f"import sys, pulumi_metapixel\nprint(sorted({HEAVY!r} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert found.stdout == "[]\n"


@pytest.mark.parametrize("type_", ResourceType)
def test_a_class_has_the_described_inputs_and_outputs_with_a_text(type_: ResourceType) -> None:
    resource = getattr(pulumi_metapixel, type_)
    described = [each for each in type_.inputs if not each.passed_on]
    inputs = [each.name for each in described]
    outputs = {each.name for each in type_.outputs}

    signature = inspect.signature(resource.__init__).parameters.values()
    _, _, *parameters, opts = [each for each in signature if each.kind is not each.VAR_KEYWORD]
    assert f"pulumi-python:{resource._resource_type_name}" == type_.dynamic
    assert [(each.name, each.default is each.empty) for each in parameters] == [
        (each.name, each.required) for each in described
    ]
    assert opts.name == "opts"
    assert [*texts_of_inputs(resource.__init__)] == inputs
    assert outputs <= {*texts_of_outputs(resource)} <= outputs | {*inputs}
    assert all((*texts_of_inputs(resource.__init__).values(), *texts_of_outputs(resource).values()))
