"""The run of a probe: checks before the first write, the experiments, and the restoration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.calls import Calls, reason
from metapixel_cli.probe.errors import (
    DisturbedError,
    InconclusiveError,
    NotRestoredError,
    NotRunError,
    RefusedError,
)
from metapixel_cli.probe.profile import Finding, Verdict
from metapixel_cli.probe.questions import Question
from metapixel_provider.errors import GraphError, InvalidParameterError, NotVisibleError
from metapixel_provider.sharing.nodes import id_in, time_in

#: The number of times that an experiment is begun if calls are limited or not answered.
ATTEMPTS = 4


def owner_of(bench: Bench) -> str:
    """Return the id of the business that owns the pixel. Raise RefusedError if it is unknown."""
    owner = bench.pixel(bench.owner, "id,owner_business").get("owner_business")
    if not isinstance(owner, dict):
        raise RefusedError(
            f"Meta reports no owner of pixel {bench.target.pixel}; name another pixel"
        )
    return id_in(owner, "id")


def check(bench: Bench, now: datetime, silent_days: int | None) -> None:
    """Raise RefusedError if the pixel is in use, or if anything on it is not the probe's.

    Sets `bench.related`. Makes only reads.
    """
    _check_events(bench, now, silent_days)
    check_access(bench)


def check_access(bench: Bench) -> None:
    """Raise RefusedError if the pixel has access that is not the probe's. Set `bench.related`."""
    target = bench.target
    if target.agency == target.owner:
        raise RefusedError("The agency owns the pixel; name a business that does not")
    if bench.listed():
        raise RefusedError(f"Pixel {target.pixel} is shared already; name a pixel without shares")
    if _accounts(bench):
        raise RefusedError(
            f"Ad accounts of agency {target.agency} are permitted on pixel {target.pixel}; name "
            f"a pixel without them"
        )
    if bench.open_requests():
        raise RefusedError(
            f"A sharing request to agency {target.agency} is open, and Meta would add the pixel to "
            f"this request; wait until the agency has answered, or name another agency"
        )
    bench.related = bench.is_related()
    if bench.agency:
        _check_agency(bench.agency, bench)
    bench.known.state = "absent"


def _check_agency(calls: Calls, bench: Bench) -> None:
    target = bench.target
    try:
        calls.read(target.agency, fields="id")
    except NotVisibleError:
        raise RefusedError(
            f"The token from {calls.credentials.source} cannot see agency {target.agency}; use the "
            f"token of an admin of this agency, or correct --agency"
        ) from None
    if target.ad_account and not bench.has_account():
        raise RefusedError(
            f"Ad account {target.ad_account} is not an ad account of agency {target.agency}; check "
            f"--ad-account"
        )


def _accounts(bench: Bench) -> frozenset[str]:
    try:
        return bench.accounts()
    except InvalidParameterError as error:
        raise RefusedError(
            f"Meta refused {bench.target.agency} as the agency: {error.fault.message.rstrip('.')}; "
            f"check --agency"
        ) from None


def last_event(bench: Bench) -> datetime | None:
    """Return the time of the last event of the pixel, or None if it has received none."""
    return time_in(bench.pixel(bench.owner, "id,last_fired_time"), "last_fired_time")


def _check_events(bench: Bench, now: datetime, silent_days: int | None) -> None:
    fired = last_event(bench)
    if fired is None:
        return
    if silent_days is None:
        raise RefusedError(
            f"Pixel {bench.target.pixel} has received events, so it may be in use; name a spare "
            f"pixel, or add --silent-for"
        )
    if now - fired < timedelta(days=silent_days):
        raise RefusedError(
            f"Pixel {bench.target.pixel} received an event on {fired:%Y-%m-%d}, which is less than "
            f"{silent_days} days ago; name a spare pixel"
        )


def restore(bench: Bench, report: Callable[[str], None] = lambda _: None) -> None:
    """Restore the pixel if anything was written, and remove the journal. Report each round.

    A second interruption ends the restoration. Raises NotRestoredError.
    """
    if not bench.journal.path.exists():
        return
    try:
        if bench.known.state != "absent":
            bench.restore(report)
    except KeyboardInterrupt:
        raise NotRestoredError("the restoration was interrupted") from None
    except RefusedError as error:
        raise NotRestoredError(str(error)) from None
    bench.journal.remove()


def findings(
    bench: Bench, questions: Sequence[Question], report: Callable[[Finding], None]
) -> tuple[Finding, ...]:
    """Run the experiments in order, and return a finding for each question.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """
    found = []
    for question in questions:
        finding = _finding(bench, question)
        report(finding)
        found.append(finding)
    return tuple(found)


def _finding(bench: Bench, question: Question) -> Finding:
    if question.experiment is None:
        return Finding(question, Verdict.NOT_RUN, question.never)
    why = ""
    for _ in range(ATTEMPTS):
        before = bench.disturbances
        try:
            answer = question.experiment(bench)
        except NotRunError as error:
            return Finding(question, Verdict.NOT_RUN, why or str(error))
        except InconclusiveError as error:
            why = str(error)
        except DisturbedError:
            why = "Meta returned no usable answer"
        except GraphError as error:
            why = reason(error)
        else:
            if bench.disturbances == before:
                same = answer.value == question.assumed
                verdict = Verdict.SAME if same else Verdict.OTHER
                return Finding(question, verdict, answer.seen, answer.value)
            why = "Meta limited some calls, or did not answer them"
        bench.known.state = "unknown"
        if bench.disturbances == before:
            # The same experiment would have the same result.
            break
    return Finding(question, Verdict.INCONCLUSIVE, why)
