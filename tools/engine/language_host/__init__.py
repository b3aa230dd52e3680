"""Substitutes for Pulumi's own language hosts for Python, TypeScript and Go.

They serve the engine's `LanguageRuntime` service. The host for Python starts programs, policy
packs and native plugins with the Python that `runtime.options` names. The host for TypeScript
starts programs. All three generate code, and the host for Go does nothing else. They do not
support the download of plugins, stack configuration in policy packs, debuggers, or the details that
Pulumi prints about a program. This package does not import other code of this project, because it
is copied into the engine's folder.
"""
