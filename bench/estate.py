"""A read of an estate in a separate process. The same requests without our code are the floor.

`python -m bench.estate URL TOKEN BUSINESS` prints the measurement as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import requests
from requests.adapters import HTTPAdapter

from metapixel_cli.grants.unread import unread_of
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing.estate.observe import read_estate


@dataclass(frozen=True)
class Measured:
    """The measurement of a read of an estate.

    `complete` is True if every part was read. `floor` is the duration in seconds of the same
    requests with the library `requests`, one after another. `megabytes` is the peak memory of the
    process.
    """

    shares: int
    permissions: int
    complete: bool
    seconds: float
    floor: float
    megabytes: float


def measured(url: str, token: str, business_id: str) -> Measured:
    arguments = [sys.executable, "-m", "bench.estate", url, token, business_id]
    return Measured(**json.loads(subprocess.check_output(arguments, text=True)))


def _measure(url: str, token: str, business_id: str) -> Measured:
    sent: list[requests.PreparedRequest] = []
    send = HTTPAdapter.send

    def recorded(
        adapter: HTTPAdapter, request: requests.PreparedRequest, *options: object, **named: object
    ) -> requests.Response:
        sent.append(request)
        return send(adapter, request, *options, **named)  # type: ignore[arg-type]

    HTTPAdapter.send = recorded  # type: ignore[method-assign, assignment]
    started = time.perf_counter()
    estate = read_estate(Client(Credentials(token), url), business_id)
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares = permissions = 0
    for pixel in estate.pixels.value:
        shares += len(pixel.agencies.value)
        for ad_accounts in pixel.ad_accounts.value.values():
            permissions += len(ad_accounts)
    return Measured(
        shares=shares,
        permissions=permissions,
        complete=not any(unread_of(estate)),
        seconds=seconds,
        floor=_replay(sent),
        megabytes=megabytes,
    )


def _replay(sent: list[requests.PreparedRequest]) -> float:
    with requests.Session() as session:
        started = time.perf_counter()
        for request in list(sent):
            session.send(request, timeout=60).raise_for_status()
        return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(asdict(_measure(*sys.argv[1:]))))
