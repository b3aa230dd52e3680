"""What a run brought about is not deleted under an older name, and nothing else is kept."""

from __future__ import annotations

import threading

import pytest

from metapixel_provider.dynamic.claims import Claims
from metapixel_provider.errors import RefusedError


def has_to_go(claims: Claims, key: str) -> bool:
    with claims.deleting(key) as answer:
        return answer


def test_what_no_step_of_the_run_was_about_has_to_go() -> None:
    assert has_to_go(Claims(), "1/2")


def test_what_was_brought_about_stays() -> None:
    claims = Claims()

    with claims.bringing_about("1/2"):
        pass

    assert not has_to_go(claims, "1/2")
    assert has_to_go(claims, "1/3")


def test_what_is_declared_is_left_for_the_creation_that_follows() -> None:
    claims = Claims()
    claims.declare("1/2")

    assert not has_to_go(claims, "1/2")

    with claims.bringing_about("1/2") as ours:
        assert ours
    with claims.bringing_about("1/3") as ours:
        assert not ours


def test_where_bringing_it_about_failed_the_deletion_is_refused_and_not_forgotten() -> None:
    claims = Claims()
    with pytest.raises(ValueError, match="refused"), claims.bringing_about("1/2"):
        raise ValueError("refused")

    with pytest.raises(RefusedError, match="1/2 was not deleted"), claims.deleting("1/2"):
        raise AssertionError("it was to be deleted")


def test_a_deletion_under_way_ends_before_the_same_is_brought_about() -> None:
    claims = Claims()
    steps: list[str] = []
    started = threading.Event()

    def create() -> None:
        started.set()
        with claims.bringing_about("1/2"):
            steps.append("created")

    creation = threading.Thread(target=create)
    with claims.deleting("1/2"):
        creation.start()
        started.wait()
        steps.append("deleted")
    creation.join()

    assert steps == ["deleted", "created"]
