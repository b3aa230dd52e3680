"""`python -m tools.demo up` runs the demonstration, and `down` removes it."""

import argparse
import sys
from pathlib import Path

from tools.demo import simulator
from tools.demo.folder import DemoError, Folder
from tools.demo.stack import DemoStack, unlock
from tools.demo.summary import summary
from tools.engine import EngineError, bin_directory
from tools.stack import ROOT, PulumiError


def up(folder: Folder) -> None:
    """Start the demonstration, or continue it."""
    with folder.alone():
        engine = bin_directory()
        print(f"engine      {folder.shown(engine)}")

        running = simulator.find(folder)
        how = "already runs"
        if running is None:
            how = "started again with its saved world" if folder.world.exists() else "started"
            running = simulator.start(folder)
        print(f"simulator   {running.url} (process {running.pid}), {how}")

        stack = DemoStack(folder, engine)
        stack.mend()
        how = "created" if stack.make(running.url) else "already exists"
        print(f"stack       {how}; its state is in {folder.shown()}, your Pulumi login is not used")

        print("\n$ pulumi up --yes --skip-preview --refresh")
        stack.up()
        stack.show_access()
    print(summary(running, folder.shown(), folder.shown(folder.env)))


def down(folder: Folder) -> None:
    if not folder.exists:
        print(f"There is no demonstration in {folder.shown()}.")
        return
    with folder.alone():
        unlock(folder)
        if simulator.end(folder):
            print("The simulator has ended.")
        folder.remove()
    print(f"The demonstration is removed; {folder.shown()} is deleted.")


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.demo", description=__doc__)
    parser.add_argument("what", choices=("up", "down"))
    parser.add_argument("--folder", type=Path, default=ROOT / ".demo", help="default: .demo")
    arguments = parser.parse_args()
    folder = Folder(arguments.folder)
    # Print each line at once, so that it precedes the output of later commands, also in a pipe.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        up(folder) if arguments.what == "up" else down(folder)
    except (DemoError, EngineError, PulumiError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the command again to continue.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
