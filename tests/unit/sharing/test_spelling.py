"""Inputs in messages, as programs of different languages write them."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import Fault, GraphError, one_line
from metapixel_provider.sharing.share import notices
from metapixel_provider.sharing.share.declared import ShareInputs
from metapixel_provider.sharing.spelling import in_other_languages, in_python, written
from metapixel_provider.sharing.tasks import OnExisting


@pytest.mark.parametrize(
    ("placeholder", "python", "others"),
    [
        (written("permitted_tasks"), "permitted_tasks", "permittedTasks"),
        (written("on_existing", OnExisting.FAIL), "on_existing='fail'", "onExisting: fail"),
    ],
)
def test_each_adapter_writes_an_input_as_its_programs_do(
    placeholder: str, python: str, others: str
) -> None:
    message = f"set `{placeholder}` for 'on_existing' and {{expires_on}}"

    assert in_python(message) == f"set `{python}` for 'on_existing' and {{expires_on}}"
    assert in_other_languages(message) == f"set `{others}` for 'on_existing' and {{expires_on}}"


def test_a_message_about_two_inputs_has_both() -> None:
    share = ShareInputs.of({"pixel_id": "1", "agency_business_id": "2"})
    message = str(notices.not_adopted(share))

    assert "onExisting: fail does not let this stack adopt" in in_other_languages(message)
    assert "previously` or `movedFrom`)" in in_other_languages(message)
    assert "set on_existing='adopt' for one run" in in_python(message)


def test_text_from_meta_forges_no_placeholder() -> None:
    forged = written("on_existing", OnExisting.FAIL)
    error = str(GraphError(Fault(f"set {forged}"), "share"))

    assert in_python(error) == error
    assert in_python(one_line(forged)) == one_line(forged)
