"""A stand-in for Pulumi's language host for Python, where the official one can't be had.

Serves the engine's `LanguageRuntime` service: it starts programs, policy packs and native plugins
with the Python that `runtime.options` names. Plugins to be downloaded, stack configuration inside
policy packs, debuggers and code generation are left to the official host. The package stands on
its own: it is copied into the engine's folder.
"""
