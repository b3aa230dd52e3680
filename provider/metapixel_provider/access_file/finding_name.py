"""The names of the findings of `metapixel access`, each with its texts for people."""

from __future__ import annotations

from enum import StrEnum


class FindingName(StrEnum):
    """The name of a finding of `metapixel access`, for `--fail-on` and for accepted findings."""

    heading: str
    meaning: str
    to_do: str
    """The action that resolves the finding. A person can also accept the finding instead."""

    def __new__(cls, name: str, heading: str, meaning: str, to_do: str) -> FindingName:
        found = str.__new__(cls, name)
        found._value_, found.heading, found.meaning, found.to_do = name, heading, meaning, to_do
        return found

    UNMANAGED = (
        "unmanaged",
        "Not declared in code",
        "No compared stack declares the access. Code cannot declare a user. A user counts only if "
        "the user's business is not the owner, and no stack declares a share with that business.",
        "Declare the access in code, or end it in Business Settings.",
    )
    DRIFTED = (
        "drifted",
        "Differs from the code",
        "The tasks at Meta are not the declared tasks.",
        "Let the next update restore the declared access, or declare the access that Meta lists.",
    )
    DECLARED_TWICE = (
        "declared-twice",
        "Declared more than once",
        "Several resources declare the access. If one of them is removed, the access can end "
        "for all.",
        "Keep one of the declarations, and remove the others as described.",
    )
    OVERDUE = (
        "overdue",
        "Past its end date",
        "The declared last day has passed. Meta does not end access on that day.",
        "Let the next update end the access, or declare a later last day.",
    )
    OPEN_REQUEST = (
        "open-request",
        "Request without an answer",
        "The agency has not answered the sharing request, and can still accept it.",
        "Let the agency accept or decline, or let the owner withdraw the request.",
    )
    ENDED_BY_OWNER = (
        "ended-by-owner",
        "Ended by the client",
        "A stack declares an ad account on a pixel, but the agency no longer has the pixel. Only "
        "the owner of the pixel can share it again.",
        "Ask the client for the pixel, or remove its ad accounts from the code.",
    )
    WITHOUT_AD_ACCOUNT = (
        "without-ad-account",
        "Share without an ad account",
        "The agency has the pixel, but none of its ad accounts may use it, or its tasks allow no "
        "ad account.",
        "Permit an ad account of the agency. If the agency does not need the pixel for ads, the "
        "owner of the pixel can change the tasks or end the share.",
    )
    SILENT_PIXEL = (
        "silent-pixel",
        "Silent pixel",
        "The pixel has received no event for a long time, or none at all.",
        "Check whether the website or app sends its events to the pixel.",
    )
    EDIT = (
        "edit",
        "May edit",
        "Another business may change the settings of the pixel.",
        "Remove the task EDIT if the agency does not need it.",
    )
    UNKNOWN_TASK = (
        "unknown-task",
        "Unknown task",
        "The agency has a task that this version does not know.",
        "Check in Business Settings what the agency can do with the pixel, and look for a "
        "newer version of pulumi-metapixel.",
    )
    ALL_PIXELS = (
        "all-pixels",
        "Has all pixels",
        "One agency has every pixel of a business.",
        "End the access to the pixels that the agency does not need.",
    )
