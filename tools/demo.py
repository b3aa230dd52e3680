"""`python -m tools.demo up` shares a pixel on this machine, and `down` removes everything again.

`up` runs examples/share-with-agency with a real engine against a simulator of its own. All files
are in the folder `.demo` of the checkout. While its simulator runs, `up` continues the
demonstration. Otherwise the simulated world is lost, and `up` begins again.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import requests

from tools.engine import EngineError, bin_directory
from tools.engine.progress import run, wait_until
from tools.stack import ROOT, VENV, PulumiStack, project_file

FOLDER = ROOT / ".demo"
PID, LOG, ENV = FOLDER / "simulator.pid", FOLDER / "simulator.log", FOLDER / "env"
EXAMPLE = ROOT / "examples" / "share-with-agency"
STACK = "demo"
OWNER, PIXEL = "1001204537800111", "1290034567800001"
#: The ids in the simulator's example world. The first agency has a relationship with the owner.
CONFIGURATION = {
    "pixel": PIXEL,
    "owner": OWNER,
    "analyticsAgency": "2002345678900222",
    "campaignAgency": "3003456789000333",
    "campaignAdAccount": "act_607700000000331",
}
#: The tokens are in the example world too.
SETTINGS = {
    "META_ACCESS_TOKEN": "owner-token",
    "META_ACCESS_TOKEN_AGENCY": "harbour-token",
    "PULUMI_CONFIG_PASSPHRASE": "demo",
    "PULUMI_STACK": STACK,
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


def up() -> int:
    """Start the demonstration, or continue it. Return the exit code of the first failed command."""
    engine = bin_directory()
    stack = PulumiStack(FOLDER, FOLDER, SETTINGS)
    path = os.pathsep.join([str(engine), str(VENV / "bin")])
    stack.environment["PATH"] = os.pathsep.join([path, os.environ.get("PATH", os.defpath)])
    url = _address()
    if not url:
        shutil.rmtree(FOLDER, ignore_errors=True)
        (FOLDER / "backend").mkdir(parents=True)
        url = _start_simulator()
        _write_environment(stack, path)
        _make_stack(stack, url)
    folder = os.path.relpath(FOLDER)
    for shown in (
        # Nobody would confirm a preview here.
        ["pulumi", "-C", folder, "up", "--yes", "--skip-preview", "--refresh"],
        ["metapixel", "access", "--business", OWNER, "--stack", STACK, "--cwd", folder],
    ):
        print(f"\n$ {shlex.join(shown)}", flush=True)
        code = subprocess.run(shown, env=stack.environment, stdin=subprocess.DEVNULL).returncode
        if code:
            print("error: this command failed; start again after `make demo-down`", file=sys.stderr)
            return code
    print(_summary(url))
    return 0


def down() -> int:
    """End the simulator, and delete the folder."""
    if _address():
        with suppress(ProcessLookupError):
            os.kill(int(PID.read_text()), signal.SIGTERM)
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("The demonstration is removed.")
    return 0


def _write_environment(stack: PulumiStack, path: str) -> None:
    """Write the file that prepares a person's shell for the demonstration."""
    lines = ["unset META_APP_SECRET META_API_VERSION"]
    for name, value in stack.settings.items():
        lines.append(f"export {name}={shlex.quote(value)}")
    lines.append(f'export PATH={shlex.quote(path)}:"$PATH"')
    ENV.write_text("\n".join(lines) + "\n")


def _make_stack(stack: PulumiStack, url: str) -> None:
    (FOLDER / "Pulumi.yaml").write_text(project_file(EXAMPLE.name, main=str(EXAMPLE)))
    values = {"metapixel:graphUrl": url, **CONFIGURATION}
    options = [f"--plaintext={key}={value}" for key, value in values.items()]
    for command in (["stack", "init", STACK], ["config", "set-all", *options]):
        line = ["pulumi", "--non-interactive", *command]
        run(line, "making the stack", cwd=FOLDER, env=stack.environment)


def _start_simulator() -> str:
    """Start a simulator that outlives this process. Return its address."""
    command = [str(VENV / "bin/metapixel"), "simulator", "--port", "0"]
    with LOG.open("w") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    PID.write_text(str(child.pid))
    wait_until("starting the simulator", lambda: bool(_address() or child.poll()), limit=30)
    if url := _address():
        return url
    raise EngineError(f"the simulator did not start: {LOG.read_text()}")


def _address() -> str:
    """Return the address of the running simulator, or an empty string if it does not answer."""
    try:
        first, _, _ = LOG.read_text().partition("\n")
        url = first.removeprefix("Simulator ready at ")
        requests.get(f"{url}/_control/state", timeout=5).raise_for_status()
    except (OSError, ValueError):
        return ""
    return url


def _summary(url: str) -> str:
    folder = Path(os.path.relpath(FOLDER))
    pulumi = f"pulumi -C {folder}"
    query = "fields=name,permitted_tasks&access_token=owner-token"
    return f"""
Addresses
  page for people  {url}/_page
  Graph API        {url}/v26.0/{PIXEL}/agencies?{query}
  control API      {url}/_control

Commands to try next
  # use the demonstration's pulumi in this shell
  . {folder / ENV.name}
  # record that an agency accepted on the page, or restore a share that you removed there
  {pulumi} up --refresh
  # accept in code, as the agency, and permit the agency's ad account
  {pulumi} config set actAsAgency true && {pulumi} up --refresh
  # then run `up --refresh` again to record the accepted share as active
  {pulumi} up --refresh
  # end all access
  {pulumi} destroy

`make demo` continues the demonstration, and `make demo-down` removes it."""


if __name__ == "__main__":
    if sys.argv[1:] not in (["up"], ["down"]):
        sys.exit(__doc__)
    try:
        sys.exit(up() if sys.argv[1] == "up" else down())
    except EngineError as error:
        sys.exit(f"error: {error}")
