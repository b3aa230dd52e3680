"""The interpreter of a stack's virtual environment, which lets `server.py` fork the process.

It imports little, because it runs for each process. Other arguments than those of programs and
plugins run in the real interpreter. `{python}` and `{address}` are filled in by `environment.py`.
"""

import json
import os
import signal
import socket
import sys

PYTHON, ADDRESS = "{python}", "{address}"

arguments = sys.argv[1:]
is_plugin = arguments[:3] == ["-u", "-m", "pulumi.dynamic"]
is_program = bool(arguments) and arguments[0].endswith("pulumi-language-python-exec")
if not (is_plugin or is_program) or "PYTHONPATH" in os.environ:
    os.execv(PYTHON, [PYTHON, *arguments])

server = socket.socket(socket.AF_UNIX)
server.connect(ADDRESS)
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda number, _: server.send(bytes([number])))
order = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
socket.send_fds(server, [json.dumps(order).encode() + b"\n"], [0, 1, 2])
code = server.recv(1)
os._exit(code[0] if code else 137)
