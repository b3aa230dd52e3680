"""A git repository served over HTTPS, as the engine expects of a plugin's address.

The engine accepts neither another scheme nor a port in the address, so the server needs port 443.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import make_server, make_ssl_devcert
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PORT = 443


@contextmanager
def serving(folder: Path) -> Iterator[Path]:
    """Serve the repositories in a folder. The engine trusts the certificate by SSL_CERT_FILE.

    Raises OSError if the port cannot be used, for example by a user other than root.
    """
    certificate, key = make_ssl_devcert(str(folder / "server"), host="localhost")
    # With an address, werkzeug would end this process if the port cannot be used.
    with socket.create_server(("127.0.0.1", PORT)) as listener:
        server = make_server(
            "127.0.0.1",
            PORT,
            partial(_answer, folder),
            threaded=True,
            ssl_context=(certificate, key),
            fd=listener.fileno(),
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Path(certificate)
        finally:
            server.shutdown()
            server.server_close()


def _answer(folder: Path, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer a call with git's own program, whose interface is CGI."""
    body = Request(environ).get_data()
    variables = {name: value for name, value in environ.items() if isinstance(value, str)}
    served = {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "CONTENT_LENGTH": str(len(body)),
    }
    done = subprocess.run(
        ["git", "http-backend"],
        env=os.environ | variables | served,
        input=body,
        stdout=subprocess.PIPE,
        check=True,
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    status = headers.pop("Status", "200 OK")
    return Response(content, status, headers)(environ, start)
