"""`python -m language_host PROGRAM [ENGINE]` serves one engine, and prints its port.

The name of the program, such as `pulumi-language-python`, ends in the language.
"""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server

from .node_host import NodeHost
from .python_host import PythonHost
from .service import LanguageHost

HOSTS = {"python": PythonHost, "nodejs": NodeHost}
CALLS = 64  # at the same time; each running program, pack or plugin needs one


def main() -> None:
    program, *engine = (word for word in sys.argv[1:] if not word.startswith("-"))
    language = program.rpartition("-")[2]
    host = HOSTS.get(language, LanguageHost)(Path(program), engine[0] if engine else "")
    server = grpc.server(ThreadPoolExecutor(max_workers=CALLS))
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    # An engine that ends interrupts the host. A killed engine cannot, so the host also checks it.
    done, parent = threading.Event(), os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    print(port, flush=True)
    while os.getppid() == parent and not done.wait(1):
        pass

    server.stop(grace=None)
    host.children.kill()
    os._exit(0)  # does not wait for threads of calls whose answer is not needed


if __name__ == "__main__":
    main()
