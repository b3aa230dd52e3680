"""Forks the Python processes that Pulumi starts: language hosts, programs, packs and plugins.

Most of the time of a Pulumi command is Python importing modules. This server has imported them.
For each connection, it forks a process, which takes over the arguments, the environment, the folder
and the output of the client (`client.py`), and then runs the same file as a new process would.
Nothing of the provider or of Pulumi is replaced.

The client passes signals on, one byte each. The process ends if its client ends, and returns its
exit code to the client. If the order asks for it, the process prints its id first.

With a speed, the clock of the processes runs fast, so that pauses of the provider are short.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import runpy
import signal
import socket
import sys
import tempfile
import threading
import time

#: These import all that plugins, programs and packs use.
MODULES = (
    "grpc._server",
    "pulumi.provider.server",
    "metapixel_plugin.service",
    "pulumi_metapixel.access_file",
    "metapixel_policy",
)


def main(address: str, speed: str = "") -> None:
    """Fork a process for each connection to a socket, until the server is killed."""
    if speed:
        _run_clock_fast(float(speed))
    for module in MODULES:
        importlib.import_module(module)
    sys.path.append(os.getcwd())
    importlib.import_module("tools.engine.language_host.node_host")
    importlib.import_module("tools.engine.language_host.python_host")
    importlib.import_module("tests.support.watched").watch()
    sys.path.pop()
    # Reaps the children, and does not touch what was imported, so that forks share its memory.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        print("ready", flush=True)
        while True:
            client = listener.accept()[0]
            if os.fork() == 0:
                listener.close()
                break
            client.close()
    _serve(client)


def _serve(client: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    message, files, _, _ = socket.recv_fds(client, 1 << 20, 3)
    while not message.endswith(b"\n"):
        message += client.recv(1 << 20)
    order = json.loads(message)
    for target, source in enumerate(files):
        os.dup2(source, target)
        os.close(source)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    # An import may have found the folder of the server's environment.
    tempfile.tempdir = None
    random.seed()
    if order.get("prints_id"):
        os.write(1, f"{os.getpid()} ".encode())
    threading.Thread(target=_obey, args=(client,), daemon=True).start()
    code = 1
    try:
        code = _run(order["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        client.sendall(bytes([code & 0xFF]))
        os._exit(code)


def _run(arguments: list[str]) -> int:
    """Run `-u -m MODULE …`, `-u FOLDER …` or `FILE …`, and return the exit code."""
    try:
        if arguments[:2] == ["-u", "-m"]:
            sys.argv = arguments[2:]
            sys.path.insert(0, os.getcwd())
            runpy.run_module(arguments[2], run_name="__main__", alter_sys=True)
        elif arguments[0] == "-u":
            sys.argv = arguments[1:]
            runpy.run_path(arguments[1], run_name="__main__")
        else:
            sys.argv = arguments
            sys.path.insert(0, os.path.dirname(arguments[0]))
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001 - the interpreter prints every exception too
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _obey(client: socket.socket) -> None:
    """Send this process the signals that its client got. End with the client."""
    while signals := client.recv(16):
        for each in signals:
            signal.pthread_kill(threading.main_thread().ident or 0, each)
    os._exit(1)


def _run_clock_fast(speed: float) -> None:
    monotonic, sleep, wait = time.monotonic, time.sleep, threading.Event.wait
    time.monotonic = lambda: monotonic() * speed
    time.sleep = lambda seconds: sleep(float(seconds) / speed)
    fast = lambda self, timeout=None: wait(self, timeout and timeout / speed)  # noqa: E731
    setattr(threading.Event, "wait", fast)  # noqa: B010 - mypy refuses the assignment
    from metapixel_provider.process import engine_watch

    # The engine is watched in real time.
    engine_watch.CHECK_EVERY *= speed


if __name__ == "__main__":
    main(*sys.argv[1:])
