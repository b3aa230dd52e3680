"""The text that the probe prints before it writes: the assets, the writes, and what remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.questions import ASKED, Effect, Question


def plan(bench: Bench, questions: Sequence[Question], profile: Path) -> str:
    """Return what the probe will do, on which assets, and what it cannot undo.

    Reads the names of the assets. Raises GraphError.
    """
    return "\n".join(_lines(bench, questions, profile))


def writes(bench: Bench, questions: Sequence[Question]) -> bool:
    """Return whether a question that the probe can answer needs a write."""
    return any(
        each.effect is not Effect.NOTHING and not _lacks(bench, each)
        for each in questions
        if each.experiment
    )


def _lines(bench: Bench, questions: Sequence[Question], profile: Path) -> Iterator[str]:
    target, names = bench.target, bench.names()
    pixel, owner, agency = (names[id_] for id_ in (target.pixel, target.owner, target.agency))
    asked = [each for each in questions if each.experiment]
    lacks = {each.name: _lacks(bench, each) for each in asked}
    answerable = [each for each in asked if not lacks[each.name]]
    effects = {each.effect for each in answerable}
    yield f"The probe works on pixel {pixel} of business {owner}, with agency {agency}."
    yield f"It sends its calls to {target.graph_url}."
    named = ": " + ", ".join(lacks) if len(asked) < len(ASKED) else ""
    yield f"It can answer at most {len(answerable)} of {len(asked)} questions{named}."
    if needed := dict.fromkeys(filter(None, lacks.values())):
        yield f"The others need {' and '.join(needed)}."
    if target.ad_account and not bench.agency:
        yield f"Without the agency's token, ad account {target.ad_account} is not used."
    yield f"It writes the answers to {profile}."
    if effects <= {Effect.NOTHING}:
        yield "It only reads from Meta."
        return
    if effects <= {Effect.NOTHING, Effect.REFUSAL}:
        yield "It only sends DELETE agencies for a share that does not exist."
        yield "It creates no share, request or permission."
        return
    yield f"Until the pixel is restored, {bench.journal.path} lists the writes."
    yield "It shares the pixel with the agency and removes the share, several times."
    if Effect.PERMISSION in effects:
        account = target.ad_account
        yield f"It permits ad account {account} on the pixel, and withdraws the permission."
    if not bench.related:
        yield "It opens sharing requests to the agency, and approves or declines them."
    yield "The probe cannot undo this:"
    if bench.related:
        yield "  - If Meta ends a relationship with the last share, the relationship of the two"
        yield "    businesses ends, unless the agency has another share."
    else:
        yield "  - The ended requests stay listed at both businesses."
        yield "  - An approval leaves a relationship, so later shares are active at once."
    yield "If another admin has to approve a write, the probe stops, and this admin must answer."
    yield "Otherwise, at the end, the pixel again has no share, no permission and no open request."
    yield "Until the end, do not share any pixel of the business with this agency."


def _lacks(bench: Bench, question: Question) -> str:
    """Return the option or the agency that a question needs and the probe lacks, or ""."""
    effect = question.effect
    if question.needs_agency and bench.agency is None:
        return "--agency-credentials"
    if effect in (Effect.NOTHING, Effect.REFUSAL) or (effect is Effect.SHARE and bench.related):
        return ""
    if effect is Effect.REQUEST and bench.related:
        return "an agency that does not work with the owner yet"
    if bench.agency is None:
        return "--agency-credentials"
    if effect is Effect.PERMISSION and not bench.target.ad_account:
        return "--ad-account"
    return ""
