"""The table of questions. Each question has the name of the simulator's switch for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from metapixel_cli.probe import experiments
from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.experiments import Answer, Value

_LIMITS = "limits are never probed, because calls beyond a limit lengthen the block"
_DAYS = "an answer would take days"
_ROWS = "an answer needs more assets than one spare pixel"
_VERSIONS = "the changelog of the Graph API lists its versions"
_RELATIONSHIP = "the end of a relationship would affect other assets of the two businesses"
_NOT_META = "the switch describes the simulator and not Meta"


class Effect(Enum):
    """The greatest effect of an experiment at Meta."""

    NOTHING = auto()
    """Only reads."""

    REFUSAL = auto()
    """Deletions of a share that does not exist."""

    REQUEST = auto()
    """A share that waits for the agency, which must not work with the owner yet.

    The experiment may approve the request.
    """

    SHARE = auto()
    """An active share. If the agency does not work with the owner yet, it approves a request."""

    PERMISSION = auto()
    """A permission for an ad account of the agency, and an active share."""


@dataclass(frozen=True)
class Question:
    """A question about Meta's behaviour.

    `assumed` is the answer that is assumed until somebody has seen another. `is_documented` is true
    if Meta's documentation supports this answer. `again` lists the calls that show the answer.
    `experiment` is None if the probe never asks the question, and `never` is the reason. `effect`
    is the effect of the experiment. `needs_agency` is true if it reads with the agency's token.
    """

    name: str
    assumed: Value
    again: str = ""
    experiment: Callable[[Bench], Answer] | None = None
    never: str = ""
    is_documented: bool = False
    effect: Effect = Effect.NOTHING
    needs_agency: bool = False


#: The questions, in the order in which the experiments are run. An approval leaves a relationship,
#: after which no request is opened, so the questions about open requests come first.
QUESTIONS = (
    Question(
        "require_appsecret_proof",
        False,
        "GET the pixel with a wrong appsecret_proof, and without one",
        experiments.appsecret_proof,
    ),
    Question(
        "empty_edge",
        "omitted",
        "GET the pixel with fields=agencies{id} while it has no agencies",
        experiments.empty_edge,
    ),
    Question(
        "delete_absent",
        "error",
        "DELETE agencies for a business without a share",
        experiments.delete_absent,
        effect=Effect.REFUSAL,
    ),
    Question(
        "request_node",
        "BusinessAssetSharingAgreement",
        "GET an open request with fields=initiator,recipient",
        experiments.request_node,
        effect=Effect.REQUEST,
    ),
    Question(
        "pending_in_agencies",
        "absent",
        "POST agencies, then GET agencies before the agency answers",
        experiments.pending_in_agencies,
        effect=Effect.REQUEST,
    ),
    Question(
        "repeat_pending",
        "same_request",
        "POST agencies twice before the agency answers",
        experiments.repeat_pending,
        is_documented=True,
        effect=Effect.REQUEST,
    ),
    Question(
        "delete_while_pending",
        "withdraw",
        "POST agencies, DELETE agencies, GET the request, and approve it if it is open",
        experiments.delete_while_pending,
        effect=Effect.REQUEST,
    ),
    Question(
        "require_pages_permission",
        False,
        "POST agencies with a token that has no scope for pages",
        experiments.pages_permission,
        effect=Effect.SHARE,
    ),
    Question(
        "unreadable_edge",
        "error",
        "GET the pixel as the agency with fields=agencies{id}",
        experiments.unreadable_edge,
        effect=Effect.SHARE,
        needs_agency=True,
    ),
    Question(
        "ad_account_parameter",
        "either",
        "POST shared_accounts with account_id alone, and with ad_account alone",
        experiments.ad_account_parameter,
        effect=Effect.PERMISSION,
    ),
    Question(
        "repeat_share",
        "overwrite",
        "POST agencies twice with different tasks, then GET agencies",
        experiments.repeat_share,
        effect=Effect.SHARE,
    ),
    Question(
        "unshare_drops_permissions",
        True,
        "POST shared_accounts, DELETE agencies, POST agencies again, then GET shared_accounts",
        experiments.unshare_drops_permissions,
        effect=Effect.PERMISSION,
    ),
    Question(
        "admin_approval",
        "never",
        "POST and DELETE agencies and shared_accounts, and GET each effect",
        experiments.admin_approval,
        effect=Effect.PERMISSION,
    ),
    Question(
        "read_order",
        "shuffled_with_aa_analyze",
        "POST agencies with tasks in two orders, then GET agencies",
        experiments.read_order,
        is_documented=True,
        effect=Effect.SHARE,
    ),
    Question(
        "stale_reads",
        0,
        "GET after each write, until the effect of the write is returned",
        experiments.stale_reads,
        effect=Effect.SHARE,
    ),
    Question("max_shares_per_pixel", 100, never=_LIMITS),
    Question("request_expiry", 30, never=_DAYS),
    Question("request_purged_after", "never", never=_DAYS),
    Question("latency", 0, never="the time of a call depends on the network"),
    Question("batch_order", "together", never="the time of a call depends on the network"),
    Question("default_page_size", 25, never=_ROWS),
    Question("max_page_size", 100, never=_ROWS),
    Question("max_rows_per_call", "never", never=_ROWS),
    Question("rate_limit_calls", "never", never=_LIMITS),
    Question("rate_limit_window", 3600, never=_LIMITS),
    Question("rate_limit_penalty", 60, never=_LIMITS, is_documented=True),
    Question("rate_limit_code", 80004, never=_LIMITS, is_documented=True),
    Question("oldest_version", "v25.0", never=_VERSIONS, is_documented=True),
    Question("newest_version", "v27.0", never=_VERSIONS, is_documented=True),
    Question("last_share", "keeps_relationship", never=_RELATIONSHIP),
    Question("seed", 0, never=_NOT_META),
)

#: The names of the questions that the probe can answer.
ASKED = tuple(question.name for question in QUESTIONS if question.experiment)
