"""Pulumi commands as data: arguments for the real engine, options for the model's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command with its flags. `targets` and `replaces` are URNs."""

    verb: str
    refresh: bool = False
    run_program: bool = False
    continue_on_error: bool = False
    with_preview: bool = False
    targets: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """The arguments after `pulumi`."""
        flags = ["--refresh"] * self.refresh + ["--run-program"] * self.run_program
        flags += ["--continue-on-error"] * self.continue_on_error
        for option, urns in (("--target", self.targets), ("--replace", self.replaces)):
            flags += [part for urn in urns for part in (option, urn)]
        if self.verb != "preview":
            flags += ["--yes"] + ["--skip-preview"] * (not self.with_preview)
        return [self.verb, *flags]

    def __str__(self) -> str:
        """The command as a person reads it: names for URNs, and without `--yes`."""
        words = [
            word.rpartition("::")[2] if word.startswith("urn:") else word
            for word in self.arguments()
            if word not in ("--yes", "--skip-preview")
        ]
        return " ".join(["pulumi", *words]) + " (with its preview)" * self.with_preview
