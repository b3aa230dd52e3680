"""A resource that the program declares is not deleted under an older name; any other is."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.process.claims import Claims

SHARE, PERMISSION = "share", "permission"


def is_undeclared(claims: Claims, key: str, kind: str = SHARE) -> bool:
    with claims.deleting(kind, key) as known:
        return not known.is_declared and not known.has_deleted("")


def test_a_deletion_that_failed_is_tried_again_for_a_second_record() -> None:
    claims = Claims()
    with pytest.raises(ValueError, match="refused"), claims.deleting(SHARE, "1/2"):
        raise ValueError("refused")

    assert is_undeclared(claims, "1/2")


@pytest.mark.parametrize(("kind", "key"), [(SHARE, "1/2"), (SHARE, "1/3"), (PERMISSION, "1/3")])
def test_after_a_failure_only_a_declared_resource_loses_a_record(kind: str, key: str) -> None:
    claims = Claims()
    claims.declare(SHARE, "1/2", {})
    with pytest.raises(ValueError, match="refused"), claims.writing(SHARE, "1/2"):
        raise ValueError("refused")
    claims.declare(SHARE, "1/2", {})

    error = f"{key} was not deleted, because another resource failed and the program may declare"
    with pytest.raises(RefusedError, match=error), claims.deleting(kind, key):
        raise AssertionError("it was to be deleted")
    claims.declare(SHARE, "1/4", {})
    assert not is_undeclared(claims, "1/4")


def write(claims: Claims) -> None:
    with claims.writing(SHARE, "1/2"):
        pass


@pytest.mark.parametrize("act", [write, lambda claims: claims.declare(SHARE, "1/2", {})])
def test_a_deletion_under_way_ends_before_the_same_resource_is_created_or_declared(
    act: Callable[[Claims], object],
) -> None:
    claims = Claims()
    started = threading.Event()

    def other() -> None:
        started.set()
        act(claims)

    thread = threading.Thread(target=other)
    with claims.deleting(SHARE, "1/2"):
        thread.start()
        started.wait()
        thread.join(timeout=0.1)
        assert thread.is_alive()
    thread.join()

    assert not is_undeclared(claims, "1/2")


def test_a_kept_resource_comes_with_the_whole_declaration_of_its_process() -> None:
    claims = Claims()
    claims.declare(SHARE, "1/2", {"reason": "x"})

    with claims.deleting(SHARE, "1/2") as known:
        assert known.declared_inputs({}) == {"reason": "x"}
    assert is_undeclared(claims, "1/2", PERMISSION)
