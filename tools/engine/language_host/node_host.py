"""The language host for TypeScript, which tests use where node and npm are installed."""

# ruff: noqa: N802 (the protocol defines the names of the methods)

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2 as pb

from .service import LanguageHost

LOCATE = "console.log(require.resolve('@pulumi/pulumi/cmd/run'))"


class NodeHost(LanguageHost):
    """Starts programs with the node on PATH, and installs packages with npm."""

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.InstallDependenciesResponse]:
        folder = Path(request.info.program_directory)
        return self.install([["npm", "install"]], context, os.environ, folder)

    def Run(self, request: pb.RunRequest, context: grpc.ServicerContext) -> pb.RunResponse:
        folder = request.info.program_directory
        located = subprocess.run(
            ["node", "-e", LOCATE], cwd=folder, capture_output=True, text=True, check=False
        )
        if located.returncode:
            return pb.RunResponse(error=f"{folder} has no @pulumi/pulumi; run `pulumi install`")
        options = {
            **self.arguments(request),
            "root-directory": request.info.root_directory,
            "pwd": folder,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        if request.dryRun:
            words.append("--dry-run")
        environment = {**os.environ, "PULUMI_NODEJS_TYPESCRIPT": "true"}
        command = ["node", located.stdout.strip(), *words]
        return self.run(command, request, context, environment)

    def link(self, schema: Mapping[str, Any], path: str, root: str) -> str:
        name = schema["name"]
        own = schema.get("language", {}).get("nodejs", {}).get("packageName")
        package = own or f"@{schema.get('namespace') or 'pulumi'}/{name}"
        file = Path(root, "package.json")
        manifest = json.loads(file.read_text())
        manifest.setdefault("dependencies", {})[package] = f"file:{path}"
        # The installation of a generated SDK compiles it.
        manifest.setdefault("allowScripts", {})[f"file:{path}"] = True
        file.write_text(json.dumps(manifest, indent=2) + "\n")
        return f'import * as {name} from "{package}";'
