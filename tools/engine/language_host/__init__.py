"""Substitutes for Pulumi's language hosts for Python, TypeScript and Go, if there are no others.

They serve the engine's `LanguageRuntime` service. The host for Python starts programs, policy
packs and native plugins with the Python that `runtime.options` names. The host for TypeScript
starts programs. All generate code, and that for Go does nothing else. They do not support the
download of plugins, stack configuration in policy packs, and debuggers. The package imports nothing
of this project, because it is copied into the engine's folder.
"""
