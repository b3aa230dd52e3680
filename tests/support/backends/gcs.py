"""An emulator of Google Cloud Storage. The emulator does not check access rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import requests
from gcp_storage_emulator.server import create_server

from tests.support.backends.backend import Backend, free_port


class GcsServer:
    """A running emulator."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._buckets = 0

    def backend(self) -> Backend:
        """Return a new bucket."""
        self._buckets += 1
        bucket = f"state{self._buckets}"
        api = f"http://{self._address}/storage/v1/b"
        requests.post(api, json={"name": bucket}, timeout=10).raise_for_status()

        def stored() -> dict[str, bytes]:
            objects = f"{api}/{bucket}/o"
            names = [each["name"] for each in requests.get(objects, timeout=10).json()["items"]]
            return {
                name: requests.get(f"{objects}/{quote(name, '')}?alt=media", timeout=10).content
                for name in names
            }

        anybody = {
            "STORAGE_EMULATOR_HOST": self._address,
            "GOOGLE_OAUTH_ACCESS_TOKEN": "google-token",
            "GOOGLE_CREDENTIALS": "",
        }
        return Backend(url=f"gs://{bucket}", writer=anybody, reader=anybody, stored=stored)


@contextmanager
def serving() -> Iterator[GcsServer]:
    """Run a new emulator on a free port of localhost."""
    port = free_port()
    server = create_server("127.0.0.1", port, in_memory=True)
    server.start()
    try:
        yield GcsServer(f"127.0.0.1:{port}")
    finally:
        server.stop()
