"""The experiments. Each begins in a confirmed state of the pixel and returns an answer.

An experiment raises UnansweredError if its result proves no answer. `probe.py` discards an
experiment during which Meta limited a call or did not answer it.
"""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.probe.bench import TASKS, Bench, Known, is_open, refusal
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_provider.errors import (
    InvalidParameterError,
    PermissionMissingError,
    TokenError,
)
from metapixel_provider.sharing.tasks import ADDED_BY_META

Value = bool | int | str
_PAGES_SCOPES = frozenset({"manage_pages", "pages_read_engagement", "pages_show_list"})
#: Lists of tasks. The last two have the same tasks in two orders, one of which is not Meta's.
_ORDERS = (("UPLOAD", "ANALYZE", "ADVERTISE"), ("ADVERTISE", "UPLOAD"), ("UPLOAD", "ADVERTISE"))
#: The least number of writes that prove a delay, which can depend on chance.
_LEAST_DELAYS = 3


@dataclass(frozen=True)
class Answer:
    """An answer, and the observation that proves it. `seen` contains no ids, names or tokens."""

    value: Value
    seen: str


def appsecret_proof(bench: Bench) -> Answer:
    """Read without a proof, after a wrong proof has proved that the app has a secret."""

    def refused(app_secret: str) -> bool:
        calls = bench.owner.with_secret(app_secret)
        try:
            return refusal(lambda: bench.pixel(calls, "id"), TokenError) is not None
        finally:
            bench.owner.disturbances += calls.disturbances

    if not refused("not-the-secret"):
        raise NotRunError(
            "a wrong appsecret_proof is accepted, so the app has no secret; the experiment needs a "
            "token of another app"
        )
    if refused(""):
        return Answer(True, "a read without appsecret_proof was refused twice")
    return Answer(
        False, "a read without appsecret_proof succeeded, and a read with a wrong proof was refused"
    )


def empty_edge(bench: Bench) -> Answer:
    """Expand the edge `agencies` of the pixel, which has no agencies."""
    bench.absent()
    if bench.listed():
        raise InconclusiveError("the pixel has an agency")
    node = bench.pixel(bench.owner, "id,agencies.limit(1){id}")
    if "agencies" not in node:
        return Answer("omitted", "the node of the pixel had no field for the empty edge")
    if node["agencies"] == {"data": []}:
        return Answer("listed", "the node of the pixel had the edge with an empty list")
    raise InconclusiveError("the node of the pixel had the edge in an unexpected form")


def delete_absent(bench: Bench) -> Answer:
    """Delete a share that does not exist."""
    bench.absent()
    error = refusal(bench.unshare, InvalidParameterError)
    bench.known = Known("absent")
    if error is None:
        return Answer("success", "DELETE agencies without a share succeeded")
    if error.fault.code != 100:
        raise InconclusiveError(f"DELETE agencies was refused with code {error.fault.code}")
    return Answer("error", "DELETE agencies without a share was refused twice with code 100")


def pages_permission(bench: Bench) -> Answer:
    """Send a sharing call with a token that has no scope for pages."""
    if bench.scopes() & _PAGES_SCOPES:
        raise NotRunError("the experiment needs a token without a scope for pages")
    bench.active()
    return Answer(False, "POST agencies succeeded with a token that has no scope for pages")


def request_node(bench: Bench) -> Answer:
    """Read fields of a request that only one of the two types has."""
    request_id = bench.pending()
    bench.settled(lambda: bench.status(request_id))
    fields = "id,request_status,initiator,recipient"
    error = refusal(lambda: bench.request_node(request_id, fields), InvalidParameterError)
    if error is not None:
        if bench.status(request_id) is None:
            raise InconclusiveError("after the refused reads, the request was not readable")
        return Answer("BusinessAgreement", "a read of initiator and recipient was refused twice")
    if "initiator" in bench.request_node(request_id, fields):
        return Answer("BusinessAssetSharingAgreement", "the request had the field initiator")
    raise InconclusiveError("the field initiator was neither returned nor refused")


def pending_in_agencies(bench: Bench) -> Answer:
    """Read the agencies of the pixel while a request is open."""
    request_id = bench.pending()
    listed = bench.settled(bench.tasks) is not None
    if not is_open(bench.settled(lambda: bench.status(request_id)) or "CANCELED"):
        raise InconclusiveError("the request ended during the experiment")
    if listed:
        return Answer("present", "GET agencies returned the agency while the request was open")
    return Answer("absent", "GET agencies did not return the agency while the request was open")


def repeat_pending(bench: Bench) -> Answer:
    """Share again while a request is open."""
    first = bench.pending()
    second = bench.share(("ADVERTISE",))
    if second == first:
        bench.known = Known("pending", first)
        return Answer("same_request", "the second POST agencies returned the same request")
    if not second:
        raise InconclusiveError("the second POST agencies returned no request")
    bench.now_pending(second)
    status = bench.settled(lambda: bench.status(first)) or "CANCELED"
    if status != "CANCELED" and not is_open(status):
        raise InconclusiveError(f"the first request had the status {status}")
    return Answer("new_request", "the second POST agencies returned another request")


def delete_while_pending(bench: Bench) -> Answer:
    """Delete a share while its request is open, then approve the request if it is still open."""
    request_id = bench.pending()
    refusal(bench.unshare, InvalidParameterError)
    status = bench.settled(lambda: bench.status(request_id))
    if status is None:
        return Answer("withdraw", "after DELETE agencies, Meta no longer returned the request")
    if not is_open(status):
        if status != "CANCELED":
            raise InconclusiveError(f"the request had the status {status}")
        return Answer("withdraw", "after DELETE agencies, the request was CANCELED")
    bench.approve(request_id)
    if bench.settled(bench.tasks) is None:
        raise InconclusiveError("the request stayed open, but its approval shared nothing")
    # The tasks can be those of another experiment, so the state is not one to begin in.
    return Answer(
        "no_effect",
        "after DELETE agencies, the request was open, and its approval shared the pixel",
    )


def unreadable_edge(bench: Bench) -> Answer:
    """Expand, as the agency, the edge `agencies` of the pixel, which only the owner may read."""
    agency = bench.agency
    if agency is None:
        raise NotRunError("the experiment needs the agency's token")
    bench.active()
    bench.pixel(agency, "id")
    if refusal(lambda: bench.listed(agency), PermissionMissingError) is None:
        raise NotRunError("the agency's token may read the agencies of the pixel")
    expand = "id,agencies.limit(1){id}"
    if refusal(lambda: bench.pixel(agency, expand), PermissionMissingError) is not None:
        return Answer("error", "a read that expands an unreadable edge was refused twice")
    if "agencies" in bench.pixel(agency, expand):
        raise InconclusiveError(
            "the expansion returned the edge, but a direct read of the edge was refused"
        )
    return Answer("omitted", "a read that expands an unreadable edge omitted the edge")


def ad_account_parameter(bench: Bench) -> Answer:
    """Permit the ad account with both parameters, and with each of them alone."""
    if bench.agency is None or not bench.target.ad_account:
        raise NotRunError("the experiment needs the agency's token and an ad account")
    bench.active()
    if refusal(bench.permit, InvalidParameterError) is None:
        raise InconclusiveError("a call without an ad account was accepted")
    bench.permitted()
    bench.withdrawn()
    taken = []
    for name in ("account_id", "ad_account"):

        def permit(name: str = name) -> None:
            bench.permit(name)

        if refusal(permit, InvalidParameterError) is None:
            bench.until(bench.accounts, lambda found: bench.target.ad_account in found)
            bench.withdrawn()
            taken.append(name)
    bench.known = Known("active")
    if not taken:
        raise InconclusiveError("each call with only one of the two parameters was refused")
    seen = f"POST shared_accounts permitted the account with {' or '.join(taken)} alone"
    return Answer("either" if len(taken) == 2 else taken[0], seen)


def repeat_share(bench: Bench) -> Answer:
    """Share again, with another task, while the share is active."""
    bench.active()
    sent = ("ADVERTISE",)
    error = refusal(lambda: bench.share(sent), InvalidParameterError)
    found = set(bench.settled(bench.tasks) or ()) - ADDED_BY_META
    if error is not None:
        if error.fault.code == 100 and found == set(TASKS):
            bench.known = Known("active")
            return Answer("error", "the second POST agencies was refused twice with code 100")
    elif found == set(sent):
        return Answer("overwrite", "the share had only the task of the second POST agencies")
    elif found == {*TASKS, *sent}:
        return Answer("union", "the share had the tasks of both POST agencies")
    raise InconclusiveError("the tasks after the second POST agencies fit none of the answers")


def unshare_drops_permissions(bench: Bench) -> Answer:
    """Delete a share while an ad account of the agency is permitted.

    Meta may keep the permission and not list it. So a new share proves that it was dropped.
    """
    if bench.agency is None or not bench.target.ad_account:
        raise NotRunError("the experiment needs the agency's token and an ad account")
    bench.active()
    bench.permitted()
    bench.unshare()
    bench.until(bench.tasks, lambda found: found is None)
    if bench.target.ad_account in bench.settled(bench.accounts):
        return Answer(False, "after the end of the share, the ad account was still listed")
    # A restoration before the new share would withdraw a permission that Meta does not list.
    bench.known = Known("absent")
    bench.active()
    if bench.target.ad_account in bench.settled(bench.accounts):
        bench.known = Known()
        return Answer(False, "after a new share, the ad account was listed again")
    return Answer(
        True, "the ad account was listed neither after the end of the share nor after a new share"
    )


def admin_approval(bench: Bench) -> Answer:
    """Grant and remove a share and a permission, and wait until each write has its effect.

    The probe ends with the first write that waits for an admin, so no other answer is possible.
    """
    if bench.agency is None or not bench.target.ad_account:
        raise NotRunError("the experiment needs the agency's token and an ad account")
    bench.active()
    bench.permitted()
    bench.withdrawn()
    bench.unshare()
    bench.until(bench.tasks, lambda found: found is None)
    return Answer(
        "never",
        "a share, a permission and the removal of both had their effects without another admin",
    )


def read_order(bench: Bench) -> Answer:
    """Share with several lists of tasks, and read the tasks."""
    found = []
    for order in _ORDERS:
        bench.active(order)
        listed = bench.settled(bench.tasks)
        found.append((list(order), listed or []))
    if all(listed == sent for sent, listed in found):
        return Answer("as_sent", "three shares had their tasks in the order sent")
    added = [{*sent, *(ADDED_BY_META if "ANALYZE" in sent else ())} for sent, _ in found]
    if [set(listed) for _, listed in found] == added:
        without = [[each for each in listed if each not in ADDED_BY_META] for _, listed in found]
        if without != [sent for sent, _ in found]:
            seen = "the tasks had another order, and AA_ANALYZE was listed beside ANALYZE"
            return Answer("shuffled_with_aa_analyze", seen)
    raise InconclusiveError("the order and the added tasks fit none of the answers")


def stale_reads(bench: Bench) -> Answer:
    """Compare the delays of all writes of the other experiments."""
    if bench.unseen:
        raise InconclusiveError("Meta never returned the effect of a write")
    if len(bench.delays) < _LEAST_DELAYS:
        raise NotRunError(
            f"the delay was measured after fewer than {_LEAST_DELAYS} writes of other experiments"
        )
    reads = sorted({delay.reads for delay in bench.delays})
    seconds = max(delay.seconds for delay in bench.delays)
    if len(reads) > 1:
        raise InconclusiveError(
            f"after a write, {reads[0]} to {reads[-1]} reads returned the old state, for up to "
            f"{seconds:.1f} s"
        )
    if not reads[0]:
        return Answer(0, f"after each of {len(bench.delays)} writes, the first read was current")
    return Answer(
        reads[0],
        f"after each of {len(bench.delays)} writes, {reads[0]} reads returned the old state, for "
        f"up to {seconds:.1f} s",
    )
