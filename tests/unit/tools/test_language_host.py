"""The substitutes for Pulumi's language hosts, over the engine's protocol."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from tools.engine.language_host.node_host import NodeHost

ROOT = Path(__file__).parents[3]
# Ends only if it is interrupted, or allowed to finish.
WAITING = """
import pathlib, time
print("started", flush=True)
pathlib.Path(__file__).with_name("started").touch()
while not pathlib.Path(__file__).with_name("finish").exists():
    time.sleep(0.01)
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[LanguageRuntimeStub]:
    """The host for Python, whose programs wait until they are interrupted."""
    program = tmp_path / "pulumi-language-python"
    Path(f"{program}-exec").write_text(WAITING)
    command = [sys.executable, "-m", "tools.engine.language_host", str(program)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{int(served.stdout.readline())}") as channel:
            yield LanguageRuntimeStub(channel)
        served.terminate()


def info(folder: Path) -> pb.ProgramInfo:
    options = Struct()
    options.update({"virtualenv": sys.prefix})
    return pb.ProgramInfo(
        root_directory=str(folder),
        program_directory=str(folder),
        entry_point=str(folder),
        options=options,
    )


def test_cancel_lets_a_plugin_finish(host: LanguageRuntimeStub, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(WAITING)
    request = pb.RunPluginRequest(info=info(tmp_path), pwd=str(tmp_path), kind="resource")
    plugin = iter(host.RunPlugin(request))
    assert next(plugin).stdout.startswith(b"started")

    host.Cancel(Empty())
    (tmp_path / "finish").touch()

    assert [answer.exitcode for answer in plugin][-1:] == [0]


def test_cancel_interrupts_a_program(host: LanguageRuntimeStub, tmp_path: Path) -> None:
    program = host.Run.future(pb.RunRequest(info=info(tmp_path), pwd=str(tmp_path)))
    while not (tmp_path / "started").exists():
        assert program.running()

    host.Cancel(Empty())

    assert "program exited with non-zero exit code" in program.result(timeout=10).error


def test_an_sdk_is_linked_to_a_typescript_program(tmp_path: Path) -> None:
    host = NodeHost(tmp_path / "pulumi-language-nodejs", "")
    manifest = tmp_path / "package.json"
    manifest.write_text('{"dependencies": {"typescript": "5"}}')

    shown = host.link({"name": "one", "namespace": "acme"}, "sdks/acme-one", str(tmp_path))

    assert json.loads(manifest.read_text()) == {
        "dependencies": {"typescript": "5", "@acme/one": "file:sdks/acme-one"},
        "allowScripts": {"file:sdks/acme-one": True},
    }
    assert shown == 'import * as one from "@acme/one";'
