"""What is read as a preview, and what is never taken for 'no change'."""

from __future__ import annotations

import pytest

from metapixel_cli.review.evaluation.review import CUT_OFF, Status, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.preview import InputError
from tests.cli.review.streams import active, said, share, step, stream, summary


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "The input is empty"),
        (" \n", "The input is empty"),
        ("error: no stack selected", "The input is not the event stream of a preview"),
        ("[]", "The input is not the event stream of a preview"),
        ('{"steps": [], "changeSummary": {}}', "The input is not the event stream of a preview"),
        ("{", "The input is not the event stream of a preview"),
        ("[" * 100_000, "The input is not the event stream of a preview"),
        ("\0\x01\x02", "The input is not the event stream of a preview"),
    ],
)
@pytest.mark.usefixtures("no_collection_of_garbage")
def test_what_is_no_preview_is_an_error_that_says_what_to_give(text: str, why: str) -> None:
    how = "pass the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1"
    with pytest.raises(InputError, match=f"^{why}; {how}$"):
        read(text.encode())


@pytest.mark.parametrize("between", ["", "\n"])
def test_warnings_in_the_standard_error_of_a_provider_are_warnings(between: str) -> None:
    warnings = said(f"warning: wait{between}warning: accept\n", "info#err")
    found = read(stream(said("an old option", "warning"), warnings, said("loading", "info#err")))

    assert (found.warnings, found.errors) == (("an old option", "wait", "accept"), ())


def test_a_stream_without_its_end_is_a_failed_preview_at_every_length() -> None:
    whole = stream(step("same", active(), share()))
    end = whole.index(b'"summaryEvent"') + 1

    for length in range(whole.index(b"\n") + 1, end, 7):
        found = review(read(whole[:length]))
        assert (found.status, found.errors[0]) == (Status.FAILED, CUT_OFF)


def test_several_previews_or_an_update_are_refused() -> None:
    with pytest.raises(InputError, match="several previews"):
        read(stream(step("same", active())) + stream())
    with pytest.raises(InputError, match="several stacks"):
        read(stream(step("same", active()), step("same", active(), stack="dev")))
    with pytest.raises(InputError, match="output of an update"):
        read(stream(end=summary(isPreview=False)))


def test_output_with_a_byte_order_mark_is_read() -> None:
    found = read(b"\xef\xbb\xbf" + stream(step("create", new=share())))

    assert len(found.steps) == 1
