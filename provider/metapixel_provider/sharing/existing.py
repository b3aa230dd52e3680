"""Notices about access that exists at Meta although this stack did not create it."""

from __future__ import annotations

from metapixel_provider.sharing.contract import Notice

#: This notice is shown once in a run, even if several creations find existing access.
_EXPLANATION = Notice(
    "Access that already existed is expected after a rename without an alias (the new name takes "
    "the access over before the old name is deleted), after `--replace` and after a killed run; "
    "otherwise look for a second stack that declares it, which `metapixel access --business "
    "BUSINESS --stack STACK --stack OTHER` reports as declared-twice"
)


def found(was: str, noun: str, resource_id: str) -> tuple[Notice, ...]:
    """Return the notices. `was` begins the first notice. `noun` is the word for the access."""
    text = (
        f"{was}: this stack manages the {noun} from now on, and destroying this stack ends the "
        f"{noun}"
    )
    return (Notice(text, topic=f"{resource_id} existed"), _EXPLANATION)
