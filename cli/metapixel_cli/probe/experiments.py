"""The experiments. Each begins in a confirmed state of the pixel and returns its proof.

To add a question, write its experiment here, with the name of the switch that it decides, and list
it in `QUESTIONS`. The docstring lists the calls, for the profile and for the page.
"""

from __future__ import annotations

from metapixel_cli.probe import states
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.pixel import ProbedPixel, is_open
from metapixel_cli.probe.questions import Impact, Proof, Question
from metapixel_cli.probe.restoration import TASKS, end_access
from metapixel_cli.probe.states import repeated_refusal
from metapixel_provider.errors import InvalidParameterError, PermissionMissingError
from metapixel_provider.sharing.tasks import ADDED_BY_META, Task

#: The least number of writes that prove a delay, which can depend on chance.
_LEAST_DELAYS = 3


def empty_edge(pixel: ProbedPixel) -> Proof:
    """GET the pixel with fields=agencies{id} while it has no agencies."""
    end_access(pixel)
    if pixel.listed_agencies():
        raise InconclusiveError("Meta listed an agency of the pixel, so the list was not empty")
    node = pixel.node(pixel.owner, "id,agencies.limit(1){id}")
    if "agencies" not in node:
        return Proof("omitted", "the response of the pixel left out the empty list `agencies`")
    if node["agencies"] == {"data": []}:
        return Proof("listed", "the response of the pixel contained the empty list `agencies`")
    raise InconclusiveError("the response of the pixel contained `agencies` in an unknown form")


def delete_absent(pixel: ProbedPixel) -> Proof:
    """DELETE agencies for a business without a share."""
    end_access(pixel)
    error = repeated_refusal(InvalidParameterError, pixel.unshare)
    # There was nothing to delete.
    pixel.confirmed_state = "absent"
    if error is None:
        return Proof("success", "Meta reported success for `DELETE agencies`, but no share existed")
    code = error.fault.code
    return Proof("error", f"Meta refused `DELETE agencies` twice (code {code}): no share existed")


def request_node(pixel: ProbedPixel) -> Proof:
    """GET an open request with fields=initiator,recipient."""
    request_id = states.make_pending(pixel)
    # From now on, no refusal comes from a server that does not have the request yet.
    pixel.read_stable(pixel.status, request_id)
    fields = "id,request_status,initiator,recipient"
    if repeated_refusal(InvalidParameterError, pixel.request_node, request_id, fields):
        can_read_request = pixel.status(request_id) is not None
        if can_read_request:
            # A BusinessAgreement has only the fields id and request_status.
            seen = "Meta refused twice to return the fields initiator and recipient"
            return Proof("BusinessAgreement", seen)
        raise InconclusiveError("Meta refused to return the request, with and without these fields")
    if "initiator" in pixel.request_node(request_id, fields):
        seen = "Meta returned the field initiator of the request"
        return Proof("BusinessAssetSharingAgreement", seen)
    raise InconclusiveError("Meta neither returned nor refused the field initiator")


def pending_in_agencies(pixel: ProbedPixel) -> Proof:
    """POST agencies, then GET agencies before the agency answers."""
    request_id = states.make_pending(pixel)
    is_listed = pixel.is_shared()
    if not is_open(pixel.read_stable(pixel.status, request_id)):
        raise InconclusiveError("the request ended during the experiment")
    if is_listed:
        return Proof("present", "while the request was open, GET agencies listed the agency")
    return Proof("absent", "while the request was open, GET agencies did not list the agency")


def received_filter(pixel: ProbedPixel) -> Proof:
    """GET received_sharing_agreements, filtered by the agency's own id, while a request is open."""
    owner, agency = pixel.target.owner, pixel.target.agency
    request_from_owner = states.make_pending(pixel)
    if request_from_owner not in pixel.read_stable(pixel.received_from, owner):
        raise InconclusiveError("the agency's list of requests did not contain the request")
    # The agency sends itself no request, so this filter has an effect if Meta refuses it, or if the
    # list then lacks the owner's request.
    if repeated_refusal(InvalidParameterError, pixel.received_from, agency):
        return Proof("honoured", "Meta refused twice to filter by the agency's own id")
    if request_from_owner in pixel.read_stable(pixel.received_from, agency):
        seen = "filtered by another business, the list contained the owner's request"
        return Proof("ignored", seen)
    return Proof("honoured", "filtered by another business, the list did not contain the request")


def repeat_pending(pixel: ProbedPixel) -> Proof:
    """POST agencies twice before the agency answers."""
    first = states.make_pending(pixel)
    # ADVERTISE is not one of the tasks of the first request.
    second = pixel.share(("ADVERTISE",))
    if second == first:
        pixel.confirmed_state = "pending"
        return Proof("same_request", "the second `POST agencies` returned the same request id")
    if not second:
        raise InconclusiveError("the second `POST agencies` opened no request")
    states.confirm_pending(pixel, second)
    status = pixel.read_stable(pixel.status, first)
    # Meta may keep the first request open, cancel it, or no longer return it.
    if is_open(status) or status in ("CANCELED", None):
        return Proof("new_request", "the second `POST agencies` returned another request id")
    raise InconclusiveError(f"after the second `POST agencies`, the first request was {status}")


def delete_while_pending(pixel: ProbedPixel) -> Proof:
    """POST agencies, DELETE agencies, GET the request, and approve it if it is open."""
    request_id = states.make_pending(pixel)
    # Only the request shows the effect, whether or not Meta refuses the deletion.
    repeated_refusal(InvalidParameterError, pixel.unshare)
    status = pixel.read_stable(pixel.status, request_id)
    if status is None:
        return Proof("withdraw", "`DELETE agencies` withdrew the request: Meta did not return it")
    if status == "CANCELED":
        return Proof("withdraw", "`DELETE agencies` withdrew the request: it was CANCELED")
    if not is_open(status):
        raise InconclusiveError(f"after `DELETE agencies`, the request was {status}")
    states.approve(pixel, request_id)
    if not pixel.is_shared():
        raise InconclusiveError("the request stayed open, but approving it shared nothing")
    # This does not confirm the state `active`, because the request can be one for other tasks.
    return Proof(
        "no_effect",
        "`DELETE agencies` did not withdraw the request: it stayed open, and approving it shared "
        "the pixel",
    )


def unreadable_edge(pixel: ProbedPixel) -> Proof:
    """GET the pixel as the agency with fields=agencies{id}."""
    agency = pixel.as_agency
    states.make_active(pixel)
    # Raises GraphError if the agency cannot see the pixel at all.
    pixel.node(agency, "id")
    if not repeated_refusal(PermissionMissingError, pixel.listed_agencies, agency):
        raise NotRunError("the agency's token has permission to read the pixel's agencies")
    expand = "id,agencies.limit(1){id}"
    if repeated_refusal(PermissionMissingError, pixel.node, agency, expand):
        return Proof("error", "Meta refused twice to return the pixel with the unreadable edge")
    if "agencies" in pixel.node(agency, expand):
        reason = "Meta returned the edge with the pixel, but refused to return the edge alone"
        raise InconclusiveError(reason)
    return Proof("omitted", "Meta returned the pixel and left out the unreadable edge")


def foreign_lists(pixel: ProbedPixel) -> Proof:
    """POST shared_accounts as the agency, then GET its ad accounts and users as the owner."""
    states.make_active(pixel)
    states.permit(pixel)
    accounts = _answer_to_owner(pixel, "shared_accounts")
    users = _answer_to_owner(pixel, "assigned_users")
    states.withdraw(pixel)
    # The end of the permission is confirmed, so only the active share is left.
    pixel.confirmed_state = "active"
    if accounts != users:
        raise InconclusiveError("Meta returned one of the agency's two lists to the owner")
    return Proof(accounts, f"as the owner, the agency's ad accounts and users were {accounts}")


def _answer_to_owner(pixel: ProbedPixel, edge: str) -> str:
    """Return how Meta answers the owner who reads a list of the agency."""
    own = pixel.read_stable(pixel.ids_of_edge, pixel.as_agency, edge)
    if not own:
        raise InconclusiveError(f"the agency has nothing in {edge}; assign a user to the pixel")
    if repeated_refusal(PermissionMissingError, pixel.ids_of_edge, pixel.owner, edge):
        return "refused"
    are_listed = own <= pixel.read_stable(pixel.ids_of_edge, pixel.owner, edge)
    return "listed" if are_listed else "empty"


def ad_account_parameter(pixel: ProbedPixel) -> Proof:
    """POST shared_accounts with account_id alone, and with ad_account alone."""
    states.make_active(pixel)
    # Without any parameter. If Meta accepted this too, neither parameter would decide anything.
    if not repeated_refusal(InvalidParameterError, pixel.permit):
        raise InconclusiveError("Meta accepted POST shared_accounts without an ad account")
    # With both parameters. Without this permission, no refusal would be about the parameter.
    states.permit(pixel)
    states.withdraw(pixel)
    accepted = []
    for name in ("account_id", "ad_account"):
        if not repeated_refusal(InvalidParameterError, pixel.permit, name):
            pixel.await_effect(pixel.accounts, lambda found: pixel.target.ad_account in found)
            states.withdraw(pixel)
            accepted.append(name)
    pixel.confirmed_state = "active"
    if not accepted:
        reason = "Meta refused POST shared_accounts with only one of the two parameters"
        raise InconclusiveError(reason)
    value = "either" if len(accepted) > 1 else accepted[0]
    seen = f"POST shared_accounts permitted the account with {' or '.join(accepted)} alone"
    return Proof(value, seen)


def repeat_share(pixel: ProbedPixel) -> Proof:
    """POST agencies twice with different tasks, then GET agencies."""
    first, second = set(TASKS), {"ADVERTISE"}
    states.make_active(pixel)
    refusal = repeated_refusal(InvalidParameterError, pixel.share, tuple(second))
    found = set(pixel.read_stable(pixel.tasks) or ()) - ADDED_BY_META
    if refusal is None:
        if found == second:
            return Proof("overwrite", "the second `POST agencies` replaced the tasks of the first")
        if found == first | second:
            seen = "the second `POST agencies` added its task to the tasks of the first"
            return Proof("union", seen)
    # The simulator refuses with this code, so no other refusal is an answer. The share must then
    # still have the first tasks, and can also list tasks that these imply.
    elif refusal.fault.code == 100 and found >= first:
        pixel.confirmed_state = "active"
        return Proof("error", "Meta refused the second `POST agencies` twice with code 100")
    reason = "after the second `POST agencies`, the share had neither its tasks nor those of both"
    raise InconclusiveError(reason)


def unshare_drops_permissions(pixel: ProbedPixel) -> Proof:
    """POST shared_accounts, DELETE agencies, POST agencies again, then GET shared_accounts."""
    states.make_active(pixel)
    states.permit(pixel)
    states.unshare(pixel)
    if pixel.is_permitted():
        return Proof(False, "Meta still listed the ad account after the end of the share")
    # Meta may keep the permission, and list it again after a new share.
    states.share(pixel, TASKS)
    if pixel.is_permitted():
        return Proof(False, "Meta listed the ad account again after a new share")
    pixel.confirmed_state = "active"
    seen = "Meta listed the ad account neither after the end of the share nor after a new share"
    return Proof(True, seen)


def admin_approval(pixel: ProbedPixel) -> Proof:
    """POST and DELETE agencies and shared_accounts, and GET each effect."""
    # AwaitsApprovalError from one of the writes stops the probe, so only "never" can be proved.
    states.make_active(pixel)
    states.permit(pixel)
    states.withdraw(pixel)
    states.unshare(pixel)
    seen = "a share, a permission and the removal of both took effect without another admin"
    return Proof("never", seen)


def implied_tasks(pixel: ProbedPixel) -> Proof:
    """POST agencies with ANALYZE and UPLOAD, and with UPLOAD and ADVERTISE, then GET agencies."""
    states.make_active(pixel)
    added_with_analyze = sorted(_added_tasks(pixel, TASKS))
    end_access(pixel)
    without_analyze = ("ADVERTISE", "UPLOAD")
    states.share(pixel, without_analyze)
    added_without_analyze = _added_tasks(pixel, without_analyze)
    unknown = set(added_with_analyze).difference(Task)
    # The profile can only express known tasks that ANALYZE implies. Both shares have UPLOAD, so if
    # Meta adds nothing to the second share, only ANALYZE implies what Meta adds to the first.
    if added_without_analyze or unknown:
        raise InconclusiveError("Meta returned an unknown task, or more tasks than UPLOAD")
    if not added_with_analyze:
        return Proof("none", "Meta returned only the tasks that were sent")
    pairs = " ".join(f"ANALYZE:{task}" for task in added_with_analyze)
    return Proof(pairs, f"Meta returned {', '.join(added_with_analyze)} beside ANALYZE")


def _added_tasks(pixel: ProbedPixel, sent: tuple[str, ...]) -> set[str]:
    """Return the tasks that the sent tasks imply, because Meta returns them too."""
    found = set(pixel.read_stable(pixel.tasks) or ())
    if not found.issuperset(sent):
        raise InconclusiveError("Meta did not return all tasks of a share")
    # Meta adds `ADDED_BY_META` to shares, and nobody can send them, so they prove nothing.
    return found.difference(sent, ADDED_BY_META)


def stale_reads(pixel: ProbedPixel) -> Proof:
    """GET after each write, until the effect of the write is returned."""
    if pixel.unseen_effects:
        raise InconclusiveError("Meta never returned the effect of one of the writes")
    delays = pixel.traffic.delays
    if len(delays) < _LEAST_DELAYS:
        raise NotRunError(
            f"the delay was measured after fewer than {_LEAST_DELAYS} writes of other experiments"
        )
    reads = [delay.reads for delay in delays]
    least, most = min(reads), max(reads)
    longest = f"returned the old state, for up to {max(each.seconds for each in delays):.1f} s"
    if least < most:
        raise InconclusiveError(f"after a write, {least} to {most} reads {longest}")
    return Proof(least, f"after each of {len(delays)} writes, {least} reads {longest}")


#: The questions, in the order in which they are asked. An approval leaves a relationship, after
#: which no request is opened, so what is about open requests comes first.
QUESTIONS = [
    Question(empty_edge, "omitted", Impact.NOTHING),
    Question(delete_absent, "error", Impact.REFUSAL, refused_calls=2),
    Question(request_node, "BusinessAssetSharingAgreement", Impact.REQUEST, refused_calls=2),
    Question(pending_in_agencies, "absent", Impact.REQUEST),
    Question(received_filter, "honoured", Impact.REQUEST, refused_calls=2),
    Question(repeat_pending, "same_request", Impact.REQUEST),
    Question(delete_while_pending, "withdraw", Impact.REQUEST, refused_calls=2),
    Question(unreadable_edge, "error", Impact.SHARE, refused_calls=4),
    Question(foreign_lists, "listed", Impact.PERMISSION, refused_calls=4),
    Question(ad_account_parameter, "either", Impact.PERMISSION, refused_calls=4),
    Question(repeat_share, "overwrite", Impact.SHARE, refused_calls=2),
    Question(unshare_drops_permissions, True, Impact.PERMISSION),
    Question(admin_approval, "never", Impact.PERMISSION),
    Question(implied_tasks, "none", Impact.SHARE),
    Question(stale_reads, 0, Impact.NOTHING),
]
SHARED_TASKS = (*TASKS, "ADVERTISE")
ASKED = tuple(each.name for each in QUESTIONS)
