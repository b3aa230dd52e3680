"""Compares every write of a lifecycle with the writes that the domain named before the method.

`watch` is called in the process of the tests and in each forked plugin. A write that was not named
fails the method, so the user would see an error. It is also added to the file `UNNAMED`, because a
test may expect the command to fail.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from metapixel_provider.sharing.contract import Earlier, Lifecycle
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.possible import NOTHING, Act, Possible
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_provider.sharing.tasks import settable
from metapixel_provider.sharing.writes import Write

#: The variable with the path of the file that collects writes without a name.
UNNAMED = "METAPIXEL_UNNAMED_WRITES"
_LIFECYCLES = (
    AgencyShareLifecycle,
    PixelAdAccountPermissionLifecycle,
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
_METHODS = ("create", "update", "delete", "supersede", "read")
#: The writes that each running method of this thread may send, the outer method first.
_running = threading.local()

#: A write as the domain names it: the act, the id, and the tasks of a share.
Sent = tuple[Act, str, frozenset[str]]


class UnnamedWriteError(AssertionError):
    """A lifecycle sent a write that the domain had not named."""


def watch() -> None:
    """Compare the writes of all lifecycles in this process from now on."""
    for lifecycle in _LIFECYCLES:
        for name in _METHODS:
            if name in vars(lifecycle) or name in ("delete", "supersede"):
                setattr(lifecycle, name, _watched(name, getattr(lifecycle, name)))
    write = Meta.write

    @functools.wraps(write)
    def compared(self: Meta, wanted: Write) -> Any:
        _compare(sent_by(wanted))
        return write(self, wanted)

    setattr(Meta, "write", compared)  # noqa: B010


def sent_by(write: Write) -> Sent:
    """Return a write as the domain names it."""
    first, _, edge = write.call.path.partition("/")
    params = write.call.params
    if not edge:
        act = Act.APPROVE if params["request_status"].upper() == "APPROVE" else Act.DECLINE
        return act, first, frozenset()
    grants = write.call.method == "POST"
    share_id = f"{first}/{params['business']}"
    if edge == "agencies":
        tasks = settable(json.loads(params.get("permitted_tasks", "[]")))
        return Act.SHARE if grants else Act.END_SHARE, share_id, frozenset(tasks)
    permission_id = f"{share_id}/{params['account_id']}"
    return Act.PERMIT if grants else Act.WITHDRAW, permission_id, frozenset()


def _compare(sent: Sent) -> None:
    for method, possible in getattr(_running, "methods", []):
        if not any(_is_named(sent, named) for named in _named(possible)):
            text = f"{method} sent {sent}, which is not among {possible}"
            if path := os.environ.get(UNNAMED):
                with Path(path).open("a") as file:
                    file.write(f"{text}\n")
            raise UnnamedWriteError(text)


def _named(possible: Possible) -> list[tuple[Act, str | None, frozenset[str] | None]]:
    return [(each.act, each.id, each.tasks) for each in possible.writes]


def _is_named(sent: Sent, named: tuple[Act, str | None, frozenset[str] | None]) -> bool:
    act, id_, tasks = sent
    named_act, named_id, named_tasks = named
    if named_act is Act.APPROVE_ALL:
        return act is Act.APPROVE
    is_same = act is named_act and id_ == named_id
    return is_same and (act is not Act.SHARE or named_tasks in (None, tasks))


def _watched(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def compared(self: Lifecycle, meta: Meta, *arguments: Any, **named: Any) -> Any:
        if not hasattr(_running, "methods"):
            _running.methods = []
        possible = _possible(self, name, *arguments, **named)
        _running.methods.append((f"{type(self).__name__}.{name}", possible))
        try:
            return method(self, meta, *arguments, **named)
        finally:
            _running.methods.pop()

    return compared


def _possible(lifecycle: Lifecycle, name: str, *arguments: Any, **named: Any) -> Possible:
    if name == "read":
        return NOTHING
    if name == "create":
        inputs, earlier = [*arguments, named.get("earlier"), None][:2]
        # Another process may have dropped the older record, so that its outputs are not known.
        assert earlier is None or isinstance(earlier, Earlier)
        return lifecycle.may_create(inputs, earlier)
    method: Callable[..., Possible] = getattr(lifecycle, f"may_{name}")
    return method(*arguments, **named)
