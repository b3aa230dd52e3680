"""Random access files, as models and as JSON."""

from __future__ import annotations

from datetime import date

import yaml
from hypothesis import settings
from hypothesis import strategies as st

from metapixel_provider.access_file.finding_name import FindingName
from metapixel_provider.access_file.model import (
    Accepted,
    AccessFile,
    AgencyGrants,
    Grant,
    Pixel,
)
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task, settable

#: A failure is the same in each run.
random_files = settings(max_examples=60, derandomize=True)

OWNER = "1001204537800111"

#: Labels without a hyphen, so that no two shares get the same resource name.
labels = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._]{0,12}", fullmatch=True) | st.sampled_from(
    ["no", "true", "null", "2024", "1.5", "0x1f", "tasks", "id"]
)
ids = st.from_regex(r"[0-9]{1,20}", fullmatch=True).filter(lambda each: each != OWNER)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["no", "4711", "a: b", "a # b", "- a", "{a}", "\n", " a ", "#", "~", "!x", "&a", "*a", "'", '"']
)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
tasks = st.sets(st.sampled_from(list(Task)), min_size=1).map(settable)


@st.composite
def grants(draw: st.DrawFn, pixel: Pixel) -> Grant:
    permitted = draw(tasks)
    accounts = (
        draw(st.lists(ids, unique=True, max_size=2)) if ALLOW_AD_ACCOUNTS & {*permitted} else []
    )
    return Grant(pixel, permitted, tuple(accounts), draw(st.none() | days), draw(texts))


@st.composite
def accepted(draw: st.DrawFn) -> Accepted:
    return Accepted(
        finding=draw(st.sampled_from(FindingName)),
        reason=draw(texts.filter(str.strip)),
        expires_on=draw(days),
        # A shorter id could be the label of another pixel.
        pixel_id=draw(st.just("") | st.from_regex(r"[0-9]{14,20}", fullmatch=True)),
        business_id=draw(st.just("") | ids),
        subject_id=draw(st.just("") | ids),
    )


@st.composite
def files(draw: st.DrawFn) -> AccessFile:
    """Return an access file with at most four pixels and three agencies."""
    names = draw(st.lists(labels, unique=True, min_size=14, max_size=14))
    pixels = [
        Pixel(names[n], pixel_id, draw(st.sampled_from([(), (names[n + 7],)])))
        for n, pixel_id in enumerate(draw(st.lists(ids, unique=True, max_size=4)))
    ]
    agencies = [
        AgencyGrants(
            label=names[n],
            business_id=business,
            grants=tuple(
                draw(grants(pixel))
                for pixel in (
                    draw(st.lists(st.sampled_from(pixels), unique=True)) if pixels else ()
                )
            ),
            contact=draw(texts),
            resend=draw(texts),
            previously=draw(st.sampled_from([(), (names[n + 7],)])),
        )
        for n, business in enumerate(draw(st.lists(ids, unique=True, max_size=3)), 4)
    ]
    return AccessFile(
        owner_business_id=OWNER,
        pixels={pixel.label: pixel for pixel in pixels},
        agencies=tuple(agencies),
        accepted=tuple(
            draw(
                st.lists(
                    accepted(),
                    max_size=3,
                    unique_by=lambda each: (
                        each.finding,
                        each.pixel_id,
                        each.business_id,
                        each.subject_id,
                    ),
                )
            )
        ),
    )


class Dumper(yaml.SafeDumper):
    """A dumper that writes no aliases, and quotes each text: `1e100` is a number in YAML 1.2."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def as_yaml(file: AccessFile) -> str:
    """Return the text of a complete access file."""
    data = {
        "version": 1,
        "owner": file.owner_business_id,
        "pixels": {
            each.label: {"id": each.id, "previously": [*each.previously]}
            for each in file.pixels.values()
        },
        "agencies": {
            each.label: {
                "business": each.business_id,
                "previously": [*each.previously],
                "contact": each.contact,
                "resend": each.resend,
                "access": {grant.pixel.label: _grant(grant) for grant in each.grants},
            }
            for each in file.agencies
        },
        "accepted": [_accepted(each) for each in file.accepted],
    }
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, width=10_000)


def _grant(grant: Grant) -> dict[str, object]:
    ends = {"expires_on": str(grant.expires_on)} if grant.expires_on else {}
    return {
        "tasks": [str(each) for each in grant.tasks],
        "reason": grant.reason,
        "ad_accounts": [*grant.ad_accounts],
        **ends,
    }


def _accepted(each: Accepted) -> dict[str, object]:
    ids = {"pixel": each.pixel_id, "business": each.business_id, "subject": each.subject_id}
    return {
        "finding": str(each.finding),
        "reason": each.reason,
        "expires_on": str(each.expires_on),
        **{name: id_ for name, id_ in ids.items() if id_},
    }
