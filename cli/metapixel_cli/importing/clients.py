"""The permissions of an agency on its clients' pixels, and its standing responses to clients."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from metapixel_cli.importing.selection import (
    UNKNOWN_CLIENT,
    Answer,
    Filter,
    NotImported,
    Selection,
    named,
    select,
)
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.response import act
from metapixel_provider.sharing.response.declared import StandingInputs


def read_answers(
    client: Client, estates: Sequence[Estate], owners: Collection[str]
) -> list[Answer]:
    """Return a standing response to each of these owners. Raises MetaPixelError."""
    meta = Meta(client)
    found = []
    for each in estates:
        if each.business_id in owners:
            pair = each.business_id, each.agency_business_id
            state, _ = act.read(meta, StandingInputs(*pair), None)
            found.append(Answer(*pair, each.business_name, state))
    return found


def select_received(
    estates: Sequence[Estate],
    chosen: Filter,
    managed: Collection[str],
    answers: Sequence[Answer],
) -> Selection:
    """Return the permissions and the standing responses that no stack manages."""
    found = select(_together(estates), chosen, managed)
    new = {each.owner_id: each for each in answers if each.id not in managed}
    waiting = [each for each in estates if each.requests.value]
    accepted = [new[owner] for owner in new if owner not in {each.business_id for each in waiting}]
    names = {each.business_id: each.business_name for each in estates if each.business_id}
    return replace(
        found,
        business_names={**names, UNKNOWN_CLIENT: "Unknown client"},
        managed=(*found.managed, *(each.id for each in answers if each.id in managed)),
        left_out=(*found.left_out, *_waiting(waiting, new)),
        answers={each.id: each for each in accepted},
    )


def _together(estates: Sequence[Estate]) -> Estate:
    """Return the estates of all clients as one estate of the agency, without the requests."""
    first = estates[0]
    pixels = tuple(pixel for each in estates for pixel in each.pixels.value)
    return replace(
        first,
        business_id=first.agency_business_id,
        business_name=first.agency_name,
        pixels=replace(first.pixels, value=pixels),
        requests=replace(first.requests, value=()),
    )


def _waiting(estates: Iterable[Estate], answers: Mapping[str, Answer]) -> Iterator[NotImported]:
    """Yield the open requests, and the standing responses that would accept them."""
    for estate in estates:
        owner = f"business {named(estate.business_name, estate.business_id)}"
        ids = [sent.request.id for sent in estate.requests.value]
        for id_ in ids:
            title = f"sharing request {id_} from {owner}"
            yield NotImported(id_, title, "it waits for an answer of the agency", is_gap=False)
        if answer := answers.get(estate.business_id):
            reason = (
                f"it would accept the open sharing request {', '.join(ids)}; answer this request "
                f"first, or declare the standing response yourself"
            )
            yield NotImported(answer.id, answer.title, reason)
