"""Access that stands is adopted, or refused with both sides named: never changed unasked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support import tracebacks
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, PIXEL
from tests.support.programs import Code, permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows, record

pytestmark = pytest.mark.engine


@follows("--refresh")
@follows("pulumi up", after=["which the program does not declare; run"])
def test_a_rename_with_fewer_tasks_names_the_tasks_that_stay_until_the_next_up(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE")))
    made.up()
    made.write(program(share("two", PIXEL, NORTHLIGHT, "ANALYZE")))
    # The first update announces that the next one has a change.
    terminal = Terminal(made.project, made.environment)

    told = terminal.type("pulumi up", options=["--refresh"]).text
    assert f"Agency {NORTHLIGHT} still has ADVERTISE on pixel {PIXEL}" in told

    terminal.type("pulumi up")
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@follows("--replace")
def test_fail_refuses_a_rename_and_a_replacement_until_the_program_says_what_it_means(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    def named(name: str, opts: str = "") -> str:
        return program(share(name, PIXEL, NORTHLIGHT, opts=opts, on_existing="fail"))

    made = stack(named("one"))
    assert "was already" not in made.up().output

    for refused, options in ((named("two"), ()), (named("one"), [f"--replace={made.urn('one')}"])):
        made.write(refused)
        told = made.up(*options, ok=False).output
        assert "give its former name" in told
        assert not tracebacks.is_shown(told)
        assert set(made.resources()) == {"one"}

    made.write(named("two", opts="aliases=[pulumi.Alias(name='one')]"))
    made.up()
    # The deletion comes first here, so a refusal would leave the share without a record.
    made.write(named("two", opts="delete_before_replace=True"))
    assert "was already" not in made.up(f"--replace={made.urn('two')}").output
    record(["--replace"])

    assert set(made.resources()) == {"two"}
    assert (sim.count("POST agencies"), sim.count("DELETE agencies")) == (1, 0)


def test_the_same_permission_twice_in_a_program_is_refused_in_either_form_of_its_id(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    later = Code(f"__import__('asyncio').sleep(0, {PIXEL})")
    one = permission("one", PIXEL, HARBOUR, f"act_{HARBOUR_ACCOUNT}")
    two = permission("two", later, HARBOUR, HARBOUR_ACCOUNT)

    refused = stack(program(one, two)).preview(ok=False)

    same = f"{PIXEL}/{HARBOUR}/{HARBOUR_ACCOUNT}"
    assert f"'two' and 'one' declare the same {same}" in refused.output
    assert not tracebacks.is_shown(refused.output)
    assert sim.requests == []


def test_a_share_declared_twice_by_what_only_the_deployment_knows_is_sent_once(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    # The id of a resource is unknown in a preview, so only the deployment can tell.
    late = Code("one.id.apply(lambda it: it.split('/')[1])")
    made = stack(program(share("one", PIXEL, HARBOUR), share("two", PIXEL, late)))

    assert made.preview().output.count(f'"{PIXEL}"') == 2  # the plan still shows the pixel of both
    refused = made.up(ok=False)

    assert f"'two' and 'one' declare the same {PIXEL}/{HARBOUR}" in refused.output
    assert sim.count("POST agencies") == 1
