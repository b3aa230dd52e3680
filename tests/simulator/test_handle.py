"""The Python handle: starting, stopping, looking, hooking."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from metapixel_simulator import Pixel, Simulator, World, WorldError
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL


def test_the_request_log_holds_what_was_called_and_no_secret(sim: Simulator, api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT)
    requests.get(
        f"{sim.url}/{PIXEL}/agencies",
        params={"access_token": "owner-token", "appsecret_proof": "p", "limit": "5"},
        timeout=10,
    )

    write, read = sim.requests
    assert (write.endpoint, write.pixel, write.status) == ("POST agencies", PIXEL, 200)
    assert write.business == NORTHLIGHT
    assert (write.version, read.version) == ("v27.0", None)
    assert read.params == {"access_token": "***", "appsecret_proof": "***", "limit": "5"}
    assert "owner-token" not in str(sim.requests)
    # Raw URLs show what was sent.
    assert "access_token=owner-token" in sim.raw_urls[1]


def test_counting_what_does_not_exist_is_a_mistake(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="no endpoint"):
        sim.count("POST agencys")
    with pytest.raises(ValueError, match="has no field 'state'"):
        sim.count(state=200)


def test_reset_restores_the_given_world_which_stays_as_it_is() -> None:
    world = World.example()

    with Simulator(world) as sim:
        sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])
        sim.set(stale_reads=3)
        sim.fault(kind="reset", times=-1)
        sim.reset()

        assert (sim.shares(), sim.switches.stale_reads, sim.requests) == ({}, 0, [])
        assert Api(sim.url).call("GET me")["name"] == "Acme deploys"
    assert world.shares == {}


def test_a_world_that_refers_to_nothing_is_refused() -> None:
    with pytest.raises(WorldError, match=r"pixels\[0\].owner: there is no business 2"):
        Simulator(World(Pixel("1", "Web", owner="2")))


def test_a_taken_port_is_an_error_and_not_the_end_of_the_process(sim: Simulator) -> None:
    port = int(sim.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        Simulator(World(), port=port).start()


def test_stopping_ends_calls_under_way() -> None:
    sim = Simulator(World.example()).start()
    sim.fault("GET me", kind="timeout", seconds=60)

    with ThreadPoolExecutor() as pool:
        call = pool.submit(requests.get, f"{sim.url}/me", timeout=30)
        while not sim.requests:
            time.sleep(0.01)
        sim.stop()

        with pytest.raises(requests.ConnectionError):
            call.result(timeout=5)


def test_a_connection_serves_several_calls(sim: Simulator) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(sim.url.rpartition(":")[2]))
    headers = {"Authorization": "Bearer owner-token"}
    body = "left=unread"

    answers = []
    for _ in range(3):
        connection.request("DELETE", f"/{OWNER}/owned_pixels", body, headers)
        sockets = connection.sock
        answers.append((connection.getresponse().read(), sockets))
    connection.close()

    assert len({socket for _, socket in answers}) == 1
    assert all(b"Unsupported delete request" in text for text, _ in answers)


def test_many_threads_lose_no_write(sim: Simulator) -> None:
    pixels = [str(8000000000000000 + number) for number in range(8)]
    sim.world.add(*(Pixel(pixel, "Pixel", OWNER) for pixel in pixels))

    with ThreadPoolExecutor(len(pixels)) as pool:
        (request,) = set(pool.map(lambda pixel: Api(sim.url).ask(pixel, HARBOUR), pixels))

    assert sim.request(request).pixels.keys() == {*pixels}
