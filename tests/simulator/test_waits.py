"""The seconds that answers wait."""

from __future__ import annotations

import json
import time

import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from metapixel_simulator import World
from metapixel_simulator.app import respond
from metapixel_simulator.graph import Graph
from metapixel_simulator.state import State


class Counting(Graph):
    def __init__(self) -> None:
        super().__init__(State(World.example()))
        self.waited: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        super().pause(seconds)


@pytest.mark.parametrize(("setting", "waits"), [("together", 1), ("one_after_another", 3)])
def test_a_batch_waits_for_its_entries_by_the_switch(setting: str, waits: int) -> None:
    graph = Counting()
    graph.state.set(batch_order=setting, latency=0.1)
    entries = json.dumps([{"method": "GET", "relative_url": "me"}] * 3)
    form = {"batch": entries, "access_token": "owner-token"}
    began = time.monotonic()

    respond(graph, Request(EnvironBuilder("/", method="POST", data=form).get_environ()))

    assert time.monotonic() - began >= waits * 0.1
    assert len(graph.waited) <= waits


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_answers_late(when: str) -> None:
    graph = Counting()
    graph.state.fault("GET me", kind="delay", when=when, seconds=0.01)
    call = EnvironBuilder("/me", query_string={"access_token": "owner-token"})

    answer = respond(graph, Request(call.get_environ()))

    assert b"Acme deploys" in answer.data
    assert graph.waited == [0.01]
