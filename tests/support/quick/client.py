"""The interpreter of a stack's virtual environment, or Pulumi's language host.

It lets `server.py` fork the process. It imports little, because it runs for each process. Other
arguments than those of programs, packs and plugins run in the real interpreter. `processes.py`
fills in `{python}`, `{address}`, and `{host}`: the first arguments of the language host, if any.
"""

import json
import os
import signal
import socket
import sys

PYTHON, ADDRESS, HOST = "{python}", "{address}", "{host}"

arguments = [*HOST.split(), *sys.argv[1:]]
is_module = arguments[:2] == ["-u", "-m"] and arguments[2] in ("pulumi.dynamic", "pulumi.policy")
is_program = bool(arguments) and arguments[0].endswith("pulumi-language-python-exec")
is_native = arguments[:1] == ["-u"] and os.path.isdir(arguments[1])
if not HOST and (not (is_module or is_program or is_native) or "PYTHONPATH" in os.environ):
    os.execv(PYTHON, [PYTHON, *arguments])

server = socket.socket(socket.AF_UNIX)
server.connect(ADDRESS)
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda number, _: server.send(bytes([number])))
order = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
socket.send_fds(server, [json.dumps(order).encode() + b"\n"], [0, 1, 2])
parent, code = os.getppid(), None
while code is None:
    try:
        server.settimeout(1 if HOST else None)
        code = server.recv(1)
    except TimeoutError:  # A killed engine cannot interrupt its host.
        if os.getppid() != parent:
            server.send(bytes([signal.SIGTERM]))
os._exit(code[0] if code else 137)
