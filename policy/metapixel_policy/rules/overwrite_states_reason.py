"""overwrite-states-reason: a share may overwrite existing tasks only if its reason lists its tasks.

A share that is renamed without an alias is a new share to the engine. With on_existing="overwrite",
this new share can change the existing one. A policy does not receive the old state, so it cannot
tell which tasks are added. So the reason has to list all tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config
from metapixel_provider.sharing.spelling import written
from metapixel_provider.sharing.tasks import OnExisting


def _check(share: Share, config: Config) -> Iterator[str]:
    if not share.overwrites:
        return
    words = re.findall(r"\w+", share.reason.upper())
    unnamed = [task for task in share.permitted_tasks if task not in words]
    if unnamed:
        yield (
            "The share may change a share that already exists at Meta, but its reason does not "
            f"name {', '.join(unnamed)}"
        )


overwrite_states_reason = resource_rule(
    Share,
    name="overwrite-states-reason",
    description=f"A share with {written('on_existing', OnExisting.OVERWRITE)} names its tasks in "
    "its reason.",
    severity=Severity.MEDIUM,
    remediation='Name each permitted task in reason, such as "ANALYZE and UPLOAD for offline '
    f'conversions", or set {written("on_existing", OnExisting.ADOPT)}.',
    check=_check,
)
