"""Widening the pool of the plugin's process, and leaving alone what is not as known."""

from __future__ import annotations

import subprocess
import sys

import pytest

from metapixel_provider.dynamic.concurrency import enlarge_pool

_PLUGIN = """
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
import grpc
from metapixel_provider.dynamic.concurrency import enlarge_pool

class Other:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

def main():
    pool = ThreadPoolExecutor(max_workers=4)
    server = {server}
    found = []
    worker = Thread(target=lambda: found.append(enlarge_pool(64)))
    worker.start()
    worker.join()
    print(found[0], pool._max_workers)

main()
"""


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("grpc.server(pool)", "True 64"),
        ("Other(_state=Other(thread_pool='another kind'))", "False 4"),
        ("Other(_state=Other(threads=pool))", "False 4"),
        ("Other()", "False 4"),
    ],
)
def test_only_the_pool_as_it_is_known_is_widened(server: str, expected: str) -> None:
    code = _PLUGIN.format(server=server)

    output = subprocess.check_output([sys.executable, "-c", code], text=True)

    assert output.strip() == expected


def test_outside_the_plugins_process_nothing_is_changed() -> None:
    assert enlarge_pool() is False
