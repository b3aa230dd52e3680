"""The reasons why a question has no result, and the errors that end a probe.

A reason goes into the profile, so it contains no ids, names or tokens.
"""

from __future__ import annotations

from metapixel_provider.errors import MetaPixelError


class InconclusiveError(Exception):
    """The experiment was run, and it proves no result. The message is the reason."""


class NotRunError(Exception):
    """The experiment cannot be run with these tokens and this agency. The message is the reason."""


class ProbeRefusedError(MetaPixelError):
    """The probe must not run on this pixel. The message is one sentence for the user."""


class OverBudgetError(Exception):
    """The probe made twice the calls, writes or requests of its plan. The message is a clause."""


class NotRestoredError(Exception):
    """The probe could not confirm that everything is as before. The message is a clause."""


class AwaitsApprovalError(NotRestoredError):
    """A write takes effect only after another admin of the business has approved it."""
