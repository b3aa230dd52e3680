"""The resources under Pulumi's mocks, as its users test their programs."""

from __future__ import annotations

from pathlib import Path

from tests.unit.sdk.mocked import run

PROGRAM_TESTS = """
from datetime import date, datetime, timedelta, timezone

def declare(pixel_id="12", permitted_tasks=("EDIT",), **inputs):
    return PixelAgencyShare(
        "one",
        pixel_id=pixel_id,
        agency_business_id="34",
        permitted_tasks=permitted_tasks,
        **inputs,
    )

async def later(value):
    return value

def forms(value):
    return [value, pulumi.Output.from_input(value), later(value)]

def until(last_day):
    return PixelSharingStandingResponse(
        "one", owner_business_id="12", agency_business_id="34", expires_on=last_day
    ).expires_on

def all_are(outputs, expected):
    def check(values):
        assert values == [expected] * len(values)
    return pulumi.Output.all(*outputs).apply(check)

@pulumi.runtime.test
def test_inputs_can_be_read():
    share = declare()
    def check(values):
        assert values == ["12", None, None]
    return pulumi.Output.all(share.pixel_id, share.on_existing, share.reason).apply(check)

def test_another_test_may_declare_the_same():
    declare()

@pulumi.runtime.test
def test_an_id_given_as_a_number_is_text():
    given = [*forms(12), *forms(12.0)]
    return all_are([declare(pixel_id=each).pixel_id for each in given], "12")

@pulumi.runtime.test
def test_an_id_given_as_a_float_that_may_be_rounded_keeps_its_decimal_point():
    return all_are([declare(pixel_id=2.0**53).pixel_id], f"{2**53}.0")

@pulumi.runtime.test
def test_a_date_is_text():
    days = [*forms(date(2027, 3, 31)), *forms("2027-03-31")]
    return all_are([until(each) for each in days], "2027-03-31")

@pulumi.runtime.test
def test_of_a_date_with_a_time_the_date_counts_that_is_written_in_it():
    late = datetime(2027, 3, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    return all_are([until(each) for each in forms(late)], "2027-03-31")

def test_a_share_has_no_last_day():
    with pytest.raises(pulumi.RunError, match="PixelAgencyShare 'one': a share outside of Agency"):
        declare(expires_on=None)

def test_an_unknown_argument_is_an_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'permited_tasks'"):
        declare(permited_tasks=["EDIT"])

@pulumi.runtime.test
def test_a_set_of_tasks_is_a_list():
    given = [*forms({"EDIT"}), *forms(frozenset(["EDIT"]))]
    return all_are([declare(permitted_tasks=each).permitted_tasks for each in given], ["EDIT"])

@pytest.mark.parametrize("declared", [
    lambda opts: declare(opts=opts),
    lambda opts: PixelAgencyShare.get("one", "12/34", opts),
    lambda opts: AgencyAccess("one", agency_business_id="34", pixels={}, opts=opts),
    lambda opts: ClientAccess(
        "one", owner_business_id="12", agency_business_id="34", pixels={}, opts=opts
    ),
])
def test_options_of_another_type_are_refused(declared):
    with pytest.raises(pulumi.RunError, match="'one': opts is of the type dict; pass a pulumi.Re"):
        declared({"protect": True})

def test_a_token_as_the_name_of_a_set_is_refused_and_not_shown():
    token = "EAAB" + "x" * 180
    with pytest.raises(pulumi.RunError, match="(?s)^(?!.*xxx).*so it may be a token") as refused:
        PixelAgencyShare.get("one", "12/34", credentials=token)
"""


def test_programs_can_be_tested_with_mocks(tmp_path: Path) -> None:
    assert "14 passed" in run(PROGRAM_TESTS, tmp_path)
