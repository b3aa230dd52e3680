"""The review as JSON for other tools; `review.schema.json` describes it."""

from __future__ import annotations

import json
from importlib.resources import files

from metapixel_cli.review.judging.access import Access
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.moves import Place
from metapixel_cli.review.judging.policy import blocks
from metapixel_cli.review.judging.review import Review
from metapixel_cli.review.rendering.headline import verdict
from metapixel_cli.review.rendering.marker import marker

#: A new version means that older readers would misunderstand. A new field is no new version.
VERSION = 1


def schema() -> str:
    """Return the JSON schema of the document."""
    return files(__package__).joinpath("review.schema.json").read_text(encoding="utf-8")


def as_json(review: Review) -> str:
    """Return the review as a JSON document, in ASCII."""
    return json.dumps(document(review), indent=2) + "\n"


def document(review: Review) -> dict[str, object]:
    """Return the review as plain data. Its texts are not escaped."""
    preview = review.preview
    return {
        "version": VERSION,
        "project": review.project or None,
        "stack": review.stack or None,
        "marker": marker(review.project, review.stack),
        "status": review.status.value,
        "access": review.access.value,
        "headline": verdict(review),
        "complete": preview.complete and not review.errors and not review.gaps,
        "findings": sorted(finding.value for finding in review.findings),
        "changes": [_change(change) for change in review.changes],
        "waiting": [_change(change) for change in review.waiting],
        "answers": [
            {
                "request_id": answer.request_id,
                "answer": answer.answer,
                "resource": answer.resource,
                "widens": answer.widens,
            }
            for answer in review.answers
        ],
        "overdue": [_change(change) for change in review.overdue],
        "moved": [_change(change) for change in review.moved],
        "drift": [_change(change) for change in review.drift],
        "policy": {
            "packs": list(preview.policy_packs),
            "blocking_rules": list(
                dict.fromkeys(rule.name for rule in review.rules if rule.blocks)
            ),
            "rules": {
                "ran": list(review.basis.ran),
                "disabled": list(review.basis.disabled),
                "not_configured": list(review.basis.not_configured),
                "unclear": list(review.basis.unclear),
            },
            "violations": [
                {
                    "rule": violation.policy,
                    "pack": violation.pack,
                    "level": violation.level,
                    "severity": violation.severity or None,
                    "resource": violation.resource,
                    "message": violation.message,
                    "blocks": blocks(violation),
                    "exceptions": [
                        {"id": name, "reason": reason} for name, reason in violation.exceptions
                    ],
                }
                for violation in review.violations
            ],
        },
        "meta": {
            "resources": review.basis.resources,
            "resources_read": review.basis.read,
            "state_written": review.basis.written.isoformat() if review.basis.written else None,
        },
        "errors": list(review.errors),
        "warnings": list(preview.warnings),
        "gaps": list(review.gaps),
        "shares": {
            "managed": review.shares.managed,
            "removed": len(review.shares.removed),
            "ended": review.shares.apart,
        },
        "permissions": {
            "managed": review.permissions.managed,
            "removed": len(review.permissions.removed),
            "with_shares": review.permissions.apart,
        },
        "unchanged": review.unchanged,
        "without_access": len(review.unconfirmed),
        "other_resources": {op: len(names) for op, names in review.others},
        "other_removals": [
            {"operation": removal.op, "type": removal.type, "resource": removal.name}
            for removal in review.removals
        ],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "agency_id": change.agency_id,
        "agency_name": change.agency_name or None,
        "pixel_id": change.asset_id,
        "pixel_name": change.asset_name or None,
        "effect": change.effect.value,
        "widens": change.widens,
        "narrows": change.narrows,
        "removes": change.removes,
        "before": _access(change.before),
        "after": _access(change.after),
        "gains": {"tasks": list(change.gained_tasks), "ad_accounts": list(change.gained_accounts)},
        "loses": {"tasks": list(change.lost_tasks), "ad_accounts": list(change.lost_accounts)},
        "term": change.term or None,
        "overdue": change.overdue,
        "ended_on": change.ended_on or None,
        "acceptance": change.acceptance.value,
        "request_id": change.request_id or None,
        "requested_on": change.requested_on or None,
        "reason": change.reason,
        "notes": list(change.notes),
        "resources": list(change.resources),
        "moves": [{"from": _place(move.before), "to": _place(move.after)} for move in change.moves],
    }


def _place(place: Place) -> dict[str, object]:
    return {"resource": place.name, "component": place.component or None}


def _access(access: Access) -> dict[str, object]:
    return {
        "tasks": list(access.tasks),
        "tasks_known": access.tasks_known,
        "requested_tasks": list(access.requested),
        "status": access.status or None,
        "requested_on": access.requested_on or None,
        "requires_admin_approval": access.awaits_approval,
        "ad_accounts": list(access.ad_accounts),
        "waiting_ad_accounts": list(access.waiting_accounts),
        "ad_accounts_unknown": access.ad_accounts_unknown,
        "expires_on": access.expires_on,
    }
