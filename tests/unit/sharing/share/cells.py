"""States of a share, and what a read returns for it."""

from __future__ import annotations

from dataclasses import replace

from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import Task

ANALYZE, UPLOAD, ADVERTISE, EDIT = Task.ANALYZE, Task.UPLOAD, Task.ADVERTISE, Task.EDIT


def task_set(*tasks: Task) -> frozenset[Task]:
    return frozenset(tasks)


def agency(*tasks: str) -> Agency:
    return Agency("2", "Agency", tasks)


DECLARED = ShareInputs("1", "2", task_set(ANALYZE, UPLOAD))
EQUAL, FEWER, MORE = agency("ANALYZE", "UPLOAD"), agency("ANALYZE"), agency("ANALYZE", "EDIT")
#: The status that an open or an accepted request gives a share. A purged request gives none.
OPEN, ACCEPTED, PURGED = ShareStatus.PENDING, ShareStatus.ACTIVE, None
WITH_ID = (ShareStatus.PENDING, ShareStatus.DECLINED, ShareStatus.EXPIRED, ShareStatus.CANCELED)


def recorded(status: ShareStatus, **fields: object) -> ShareState:
    is_listed = status in (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED)
    granted = ("ANALYZE", "UPLOAD") if is_listed else ()
    request_id = "77" if status in WITH_ID else ""
    state = ShareState(DECLARED, status, granted, request_id, agency_name="Agency")
    return replace(state, **fields)  # type: ignore[arg-type]
