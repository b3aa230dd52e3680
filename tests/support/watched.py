"""Watches each lifecycle method: its reads, its writes and its result.

`watch` is called in the process of the tests and in each forked plugin. A broken rule (`rules.py`)
fails the method, so the user would see an error. It is also added to the file `BROKEN`, because a
test may expect the command to fail.
"""

from __future__ import annotations

import functools
import math
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.sharing.contract import Lifecycle, Properties
from metapixel_provider.sharing.lifecycles import lifecycle_of
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.writes import Write
from tests.support import rules
from tests.support.rules import Method, Read, Written

#: The variable with the path of the file that collects broken rules.
BROKEN = "METAPIXEL_BROKEN_RULES"
_METHODS = ("create", "update", "delete", "supersede", "read")
_READS = ("agency", "permits", "tasks_of", "request", "requests")


class _Running(threading.local):
    """The methods and the reads that run in this thread, the outer ones first."""

    def __init__(self) -> None:
        self.methods: list[Method] = []
        self.reads: list[Read] = []


_running = _Running()


def watch() -> None:
    """Watch all lifecycles of this process from now on."""
    for lifecycle in map(lifecycle_of, ResourceType):
        for name in _METHODS:
            if name in vars(lifecycle) or name in ("delete", "supersede"):
                setattr(lifecycle, name, _method(name, getattr(lifecycle, name)))
    for name in _READS:
        setattr(Meta, name, _read(name, getattr(Meta, name)))
    setattr(Meta, "write", _written(Meta.write))  # noqa: B010
    setattr(Client, "get_many", _sent(Client.get_many))  # noqa: B010
    setattr(SharedReads, "get", _served(SharedReads.get))  # noqa: B010


def broken() -> list[str]:
    """Return the rules that were broken since the last call, here and in forked plugins."""
    file = Path(os.environ[BROKEN])
    found = file.read_text().splitlines()
    file.write_text("")
    return found


def _report(broken: Iterable[str]) -> None:
    for text in broken:
        if path := os.environ.get(BROKEN):
            with Path(path).open("a") as file:
                file.write(f"{text}\n")
        raise AssertionError(text)


def _method(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def watched(self: Lifecycle, meta: Meta, *given: Properties, **named: Any) -> Any:
        running = Method(name, self, (*given, *named.values()))
        _running.methods.append(running)
        try:
            result = method(self, meta, *given, **named)
        finally:
            _running.methods.pop()
        for rule in rules.AFTER_A_METHOD:
            _report(rule(running, result))
        return result

    return watched


def _read(name: str, read: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(read)
    def watched(self: Meta, *given: Any, **named: Any) -> Any:
        found = Read(name, given)
        _running.reads.append(found)
        try:
            found.result = read(self, *given, **named)
        finally:
            _running.reads.pop()
        for method in _running.methods:
            method.calls.append(found)
            for rule in rules.AFTER_A_READ:
                _report(rule(method, found))
        return found.result

    return watched


def _written(write: Callable[[Meta, Write], Any]) -> Callable[[Meta, Write], Any]:
    @functools.wraps(write)
    def watched(self: Meta, wanted: Write) -> Any:
        sent = Written(wanted.call, time.monotonic())
        for method in _running.methods:
            for rule in rules.BEFORE_A_WRITE:
                _report(rule(method, sent))
            method.calls.append(sent)
            rules.LAST_WRITES.update(dict.fromkeys(sent.changes(method.declared), sent.began))
        try:
            sent.answer = write(self, wanted)
        except MetaPixelError as error:
            sent.answer = error
            raise
        return sent.answer

    return watched


def _sent(get_many: Callable[..., Any]) -> Callable[..., Any]:
    """Note in each answer when its call was sent, or a bit earlier."""

    @functools.wraps(get_many)
    def watched(self: Client, *calls: Any) -> Any:
        began = time.monotonic()
        answers = get_many(self, *calls)
        for answer in answers:
            object.__setattr__(answer, "began", began)
        return answers

    return watched


def _served(get: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(get)
    def watched(self: SharedReads, *given: Any) -> Any:
        answer = get(self, *given)
        for read in _running.reads:
            if answer.error is None:
                read.began = min(read.began, getattr(answer, "began", math.inf))
        return answer

    return watched
