"""A key service for the secrets of a stack: the part of Vault's transit API that Pulumi calls.

With a passphrase, every process of Pulumi derives a key, which takes a fifth of its time. A stack
with this service asks for its key instead. The key protects nothing.
"""

from __future__ import annotations

import base64
import functools
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_KEY = base64.b64encode(b"a key that protects nothing here").decode()
_ENCRYPTED = "vault:v1:key"

#: The secrets provider, as lines of a stack's settings file.
SETTINGS: Mapping[str, str] = {
    "secretsprovider": "hashivault://tests",
    "encryptedkey": base64.b64encode(_ENCRYPTED.encode()).decode(),
}

#: The secrets provider, as the state records it.
STATE: Mapping[str, object] = {
    "type": "cloud",
    "state": {"url": SETTINGS["secretsprovider"], "encryptedkey": SETTINGS["encryptedkey"]},
}


class _Transit(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = json.dumps({"data": {"plaintext": _KEY, "ciphertext": _ENCRYPTED}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT  # noqa: N815 (as above)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@functools.cache
def environment() -> Mapping[str, str]:
    """Return the variables with which Pulumi finds the service. The first call starts it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    return {"VAULT_SERVER_URL": url, "VAULT_SERVER_TOKEN": "token"}
