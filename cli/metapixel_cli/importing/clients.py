"""The permissions of an agency on its clients' pixels, and its standing responses to clients."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from metapixel_cli.importing.selection import (
    UNKNOWN_CLIENT,
    Answer,
    Filter,
    NotImported,
    Selection,
    select,
)
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.standing import act
from metapixel_provider.sharing.standing.declared import StandingInputs


def read_answers(
    client: Client, estates: Sequence[Estate], owners: Collection[str]
) -> list[Answer]:
    """Return a standing response to each of these owners. Raises MetaPixelError."""
    meta = Meta(client)
    agency = estates[0].agency_business_id
    names = {each.business_id: each.business_name for each in estates}
    found = []
    for owner in sorted(owners):
        state, _ = act.read(meta, StandingInputs(owner, agency), None)
        found.append(Answer(owner, names.get(owner, ""), agency, state))
    return found


def together(estates: Sequence[Estate]) -> Estate:
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


def select_received(
    estates: Sequence[Estate],
    chosen: Filter,
    managed: Collection[str],
    answers: Sequence[Answer],
) -> Selection:
    """Return the permissions and the standing responses that no stack manages."""
    found = select(together(estates), chosen, managed)
    waiting = {
        each.business_id: ", ".join(sent.request.id for sent in each.requests.value)
        for each in estates
        if each.requests.value
    }
    new = {each.id: each for each in answers if each.id not in managed}
    names = {each.business_id: each.business_name for each in estates if each.business_id}
    names[UNKNOWN_CLIENT] = "Unknown client"
    return replace(
        found,
        business_names={**names, **{each.owner_id: each.owner_name for each in answers}},
        managed=(*found.managed, *(each.id for each in answers if each.id in managed)),
        left_out=(*found.left_out, *_requests(estates), *_waiting(new, waiting)),
        answers={id_: each for id_, each in new.items() if each.owner_id not in waiting},
    )


def _requests(estates: Sequence[Estate]) -> Iterator[NotImported]:
    for estate in estates:
        name, id_ = estate.business_name, estate.business_id
        owner = f"business {f'{name} ({id_})' if name else id_}" if id_ else "an unknown business"
        for sent in estate.requests.value:
            yield NotImported(
                sent.request.id,
                f"sharing request {sent.request.id} from {owner}",
                "it waits for an answer of the agency",
                is_gap=False,
            )


def _waiting(answers: dict[str, Answer], waiting: dict[str, str]) -> Iterator[NotImported]:
    """Yield the standing responses that the next update would use to accept a request."""
    for id_, each in answers.items():
        if request := waiting.get(each.owner_id):
            reason = (
                f"it would accept the open sharing request {request}; answer this request first, "
                f"or declare the standing response yourself"
            )
            yield NotImported(id_, each.title, reason)
