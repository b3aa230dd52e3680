"""The review as JSON for other tools, in the form of `document`."""

from __future__ import annotations

import json

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.policy import blocks
from metapixel_cli.review.judging.review import Review
from metapixel_cli.review.reading.preview import Violation
from metapixel_cli.review.rendering import document
from metapixel_cli.review.rendering.headline import verdict
from metapixel_cli.review.rendering.words import marker
from metapixel_cli.schema import json_schema


def schema() -> str:
    return json_schema(document.Document, "metapixel review")


def as_json(review: Review) -> str:
    """Return the review as a JSON document, in ASCII. Its texts are not escaped."""
    return json.dumps(_document(review), default=vars, indent=2) + "\n"


def _document(review: Review) -> document.Document:
    preview = review.preview
    return document.Document(
        version=1,
        project=preview.project or None,
        stack=preview.stack or None,
        marker=marker(preview.project, preview.stack),
        status=review.status,
        access=review.access,
        headline=verdict(review),
        complete=preview.complete and not review.errors and not review.gaps,
        findings=sorted(review.findings),
        changes=[_change(change) for change in review.changes],
        waiting=[_change(change) for change in review.waiting],
        answers=review.answers,
        overdue=[_change(change) for change in review.overdue],
        moved=[_change(change) for change in review.moved],
        drift=[_change(change) for change in review.drift],
        policy=_policy(review),
        meta=document.Basis(
            resources=review.basis.resources,
            resources_read=review.basis.read,
            state_written=review.basis.written.isoformat() if review.basis.written else None,
        ),
        errors=review.errors,
        warnings=preview.warnings,
        gaps=review.gaps,
        shares=document.Shares(
            managed=review.shares.managed,
            removed=len(review.shares.removed),
            ended=review.shares.apart,
        ),
        permissions=document.Permissions(
            managed=review.permissions.managed,
            removed=len(review.permissions.removed),
            with_shares=review.permissions.apart,
        ),
        unchanged=review.unchanged,
        without_access=len(review.unconfirmed),
        other_resources={op: len(names) for op, names in review.others},
        other_removals=review.removals,
    )


def _policy(review: Review) -> document.Policy:
    return document.Policy(
        packs=review.preview.policy_packs,
        blocking_rules=list(dict.fromkeys(rule.name for rule in review.rules if rule.blocks)),
        rules=review.basis.rules,
        violations=[_violation(violation) for violation in review.violations],
    )


def _violation(violation: Violation) -> document.Violation:
    return document.Violation(
        rule=violation.policy,
        pack=violation.pack,
        level=violation.level,
        severity=violation.severity or None,
        resource=violation.resource,
        message=violation.message,
        blocks=blocks(violation),
        exceptions=[document.Exemption(*each) for each in violation.exceptions],
    )


def _change(change: Change) -> document.Change:
    return document.Change(
        agency_id=change.agency_id,
        agency_name=change.agency_name or None,
        pixel_id=change.asset_id,
        pixel_name=change.asset_name or None,
        effect=change.effect,
        widens=change.widens,
        narrows=change.narrows,
        removes=change.removes,
        before=_access(change.before),
        after=_access(change.after),
        gains=document.Part(tasks=change.gained_tasks, ad_accounts=change.gained_accounts),
        loses=document.Part(tasks=change.lost_tasks, ad_accounts=change.lost_accounts),
        term=change.term or None,
        overdue=change.overdue,
        ended_on=change.ended_on or None,
        acceptance=change.acceptance,
        request_id=change.request_id or None,
        requested_on=change.requested_on or None,
        reason=change.reason,
        notes=change.notes,
        resources=change.resources,
        moves=[{"from": move.before, "to": move.after} for move in change.moves],
    )


def _access(access: Access) -> document.Access:
    return document.Access(
        tasks=access.tasks,
        tasks_known=access.tasks_known,
        requested_tasks=access.requested,
        status=access.status or None,
        requested_on=access.requested_on or None,
        requires_admin_approval=access.awaits_approval,
        ad_accounts=access.ad_accounts,
        waiting_ad_accounts=access.waiting_accounts,
        ad_accounts_unknown=access.ad_accounts_unknown,
        expires_on=access.expires_on,
    )
