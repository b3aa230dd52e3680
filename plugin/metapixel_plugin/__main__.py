"""Start the plugin: serve the engine, whose address is the last argument, and print the port."""

from __future__ import annotations

import gc
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from metapixel_plugin.service import MetaPixel
from metapixel_provider.process import THREADS
from metapixel_provider.process.engine_watch import end_with_the_engine


def main() -> None:
    # A terminal sends SIGINT to the plugin too. The engine asks with `Cancel` instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was imported stays in memory, so the garbage collector need not search it.
    gc.freeze()
    end_with_the_engine(sys.argv[-1])
    server = grpc.server(ThreadPoolExecutor(THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(MetaPixel(sys.argv[-1]), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the engine reads it
    server.wait_for_termination()


if __name__ == "__main__":
    main()
