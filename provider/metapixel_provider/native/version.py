"""The version of the plugin."""

import importlib.metadata

#: The version without build metadata, which differs by commit.
VERSION = importlib.metadata.version("pulumi-metapixel").partition("+")[0]
