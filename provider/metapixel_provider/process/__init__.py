"""A process that serves the engine: what the dynamic provider and the native plugin share."""

#: The number of threads, which is enough for `--parallel 200`. A thread mostly waits for a shared
#: read, for Meta, or for the client, which sends at most 64 requests at a time.
THREADS = 256
