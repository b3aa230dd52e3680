"""A substitute for Pulumi's language host for Python, if the official one is not available.

It serves the engine's `LanguageRuntime` service: it starts programs, policy packs and native
plugins with the Python that `runtime.options` names. It does not support the download of plugins,
stack configuration in policy packs, debuggers and code generation. The package imports nothing of
this project, because it is copied into the engine's folder.
"""
