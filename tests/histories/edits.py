"""Random edits of a program, each as a person makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from tests.histories.estate import ACCOUNTS, AGENCIES, PARTNER, PIXELS, TASKS
from tests.histories.program import Permission, Program, Response, Share
from tests.histories.resources import Options

#: The inputs that a preview hides.
_HIDDEN = (("resend",), ("permitted_tasks",), ("on_existing",), ("pixel_id",), ("reason",))
#: How often a share changes in each way.
_CHANGES = {
    "name": 4,
    "name with an alias": 1,
    "tasks": 8,
    "pixel": 3,
    "reason": 1,
    "resend": 2,
    "on_existing": 1,
    "delete_first": 1,
    "in_component": 1,
    "until": 3,
    "options": 3,
    "only_read": 1,
}

Edit = Callable[["Editor", Program], Program]
Value = TypeVar("Value")


def drawn_from(random: Random, weights: Mapping[Value, float]) -> Value:
    """One of some values, by their weights."""
    (value,) = random.choices(list(weights), weights=list(weights.values()))
    return value


class Editor:
    def __init__(self, random: Random) -> None:
        self.random = random
        self._names = 0
        self._earlier = [Program()]
        #: The day of the next command.
        self.day = 1

    def first(self) -> Program:
        """The program of the first `up`."""
        program = Program()
        for _ in range(self.random.randint(2, 4)):
            program = self.add(program)
        return self._keep(program)

    def edit(self, program: Program) -> Program:
        """An edited program; an edit may find nothing to change."""
        return self._keep(drawn_from(self.random, _EDITS)(self, program))

    def _keep(self, program: Program) -> Program:
        self._earlier.append(program)
        return program

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"

    def _share_name(self) -> str:
        return f"{self._name('s')}-x"

    def _tasks(self) -> tuple[str, ...]:
        return tuple(self.random.sample(TASKS, self.random.randint(1, 3)))

    def _free(self, program: Program) -> list[tuple[str, str]]:
        declared = {share.key for share in program.shares}
        return [(p, a) for p in PIXELS for a in AGENCIES if (p, a) not in declared]

    # Shares

    def add(self, program: Program) -> Program:
        """A share, sometimes with a response and a permission."""
        pixel, agency = self.random.choice(self._free(program) or [("", "")])
        if not pixel:
            return program
        share = Share(self._share_name(), pixel, agency, self._tasks())
        if self.random.random() < 0.3:
            share.inputs["on_existing"] = self.random.choice(("overwrite", "overwrite", "fail"))
        program = replace(program, shares=(*program.shares, share))
        if agency != PARTNER and self.random.random() < 0.4:
            response = Response(self._name("r"), share.name)
            program = replace(program, responses=(*program.responses, response))
        if self.random.random() < 0.5:
            program = self._permitted(program, pixel, agency)
        return program.possible()

    def import_a_share(self, program: Program) -> Program:
        """A share that a person made, or that the program left before."""
        pixel, agency = self.random.choice(self._free(program) or [("", "")])
        if not pixel:
            return program
        tasks = ("ANALYZE", *self.random.sample(TASKS[1:], self.random.randint(0, 2)))
        added = Share(self._share_name(), pixel, agency, tasks, options=Options(imports=True))
        return replace(program, shares=(*program.shares, added)).possible()

    def remove(self, program: Program) -> Program:
        """A share ends, and mostly the permissions on it too."""
        if not program.shares:
            return program
        gone = self.random.choice(program.shares)
        left = program.without(gone.name)
        if self.random.random() < 0.2:
            return left
        kept = tuple(each for each in left.permissions if each.key[:2] != gone.key)
        return replace(left, permissions=kept)

    def change(self, program: Program) -> Program:
        """One of the shares is different."""
        if not program.shares:
            return program
        old = self.random.choice(program.shares)
        free = [pixel for pixel, agency in self._free(program) if agency == old.agency]
        return _exchanged(program, {old.name: self._changed(old, free)})

    def _changed(self, share: Share, free: list[str]) -> Share:
        """The share, changed in one way; `free` are the other pixels that it can be of."""
        choose = self.random.choice
        changes: dict[str, Any] = {}
        match drawn_from(self.random, _CHANGES):
            case "name":
                changes = {"name": self._share_name(), "alias": ""}
            case "name with an alias":
                changes = {"name": self._share_name(), "alias": share.name}
            case "tasks":
                wider = (*share.tasks, *(task for task in TASKS if task not in share.tasks))
                narrower = share.tasks[1:] or share.tasks
                others = self._tasks()
                count = len(share.tasks) + 1
                changes = {"tasks": choose((wider[:count], narrower, others))}
            case "pixel":
                changes = {"pixel": choose(free or [share.pixel])}
            case "reason" | "resend" as name:
                changes = {"inputs": {**share.inputs, name: self._name(name)}}
            case "on_existing":
                value = choose(("overwrite", "overwrite", "adopt", "fail"))
                changes = {"inputs": {**share.inputs, "on_existing": value}}
            case "until":
                # A later, earlier or past day, or none.
                until = choose((0, self.day - 1, self.day, self.day, self.day + 1))
                changes = {"in_component": True, "until": until}
            case "options":
                changes = {"options": self._options(), "in_component": False}
            case "only_read":
                changes = {"only_read": not share.only_read, "alias": ""}
            case name:
                changes = {name: not getattr(share, name)}
        return replace(share, **changes)

    def _options(self) -> Options:
        choose = self.random.choice
        return Options(
            retain=self.random.random() < 0.3,
            protect=self.random.random() < 0.2,
            replace_on=choose(((), (), ("resend",), ("permitted_tasks",), ("reason",))),
            secret=choose(((), (), *_HIDDEN)),
            unknown=choose(((), (), *_HIDDEN)),
        )

    def swap_pixels(self, program: Program) -> Program:
        if len(program.shares) < 2:
            return program
        one, other = self.random.sample(program.shares, 2)
        return _exchanged(
            program,
            {
                one.name: replace(one, pixel=other.pixel, agency=other.agency),
                other.name: replace(other, pixel=one.pixel, agency=one.agency),
            },
        )

    # What depends on shares

    def change_responses(self, program: Program) -> Program:
        """One response fewer, one more, or another one in its place."""
        if program.responses and self.random.random() < 0.6:
            program = program.without(self.random.choice(program.responses).name)
            if self.random.random() < 0.7:
                return program
        answered = {each.share for each in program.responses}
        shares = [share.name for share in program.shares if share.name not in answered]
        if not shares:
            return program
        status = self.random.choice(("APPROVE", "APPROVE", "APPROVE", "DECLINE"))
        added = Response(self._name("r"), self.random.choice(shares), status)
        return replace(program, responses=(*program.responses, added))

    def change_permissions(self, program: Program) -> Program:
        """One permission fewer, one more, or one under another name."""
        if program.permissions and self.random.random() < 0.6:
            gone = self.random.choice(program.permissions)
            left = program.without(gone.name)
            if self.random.random() < 0.6:
                return left
            renamed = replace(gone, name=self._name("p"))
            return replace(left, permissions=(*left.permissions, renamed))
        pixel, agency = self.random.choice(PIXELS), self.random.choice(AGENCIES)
        if program.shares and self.random.random() < 0.8:
            pixel, agency = self.random.choice(program.shares).key
        return self._permitted(program, pixel, agency)

    def _permitted(self, program: Program, pixel: str, agency: str) -> Program:
        """The program with a permission of the agency, unless it has that already."""
        account = self.random.choice(ACCOUNTS[agency])
        added = Permission(self._name("p"), pixel, agency, account)
        if added.key in program.keys.values():
            return program
        return replace(program, permissions=(*program.permissions, added))

    def return_to_an_earlier_program(self, _program: Program) -> Program:
        return self.random.choice(self._earlier)


def _exchanged(program: Program, new: dict[str, Share]) -> Program:
    """The program with shares exchanged by name; responses and permissions go with them."""
    names = {old: share.name for old, share in new.items()}
    keys = {share.key: new[share.name].key for share in program.shares if share.name in new}

    def moved(permission: Permission) -> Permission:
        pixel, agency = keys.get(permission.key[:2], permission.key[:2])
        if agency == permission.agency:
            return replace(permission, pixel=pixel)
        return replace(permission, pixel=pixel, agency=agency, account=ACCOUNTS[agency][0])

    # Two permissions may have become one.
    permissions = {each.key: each for each in map(moved, program.permissions)}
    return Program(
        tuple(new.get(share.name, share) for share in program.shares),
        tuple(replace(each, share=names.get(each.share, each.share)) for each in program.responses),
        tuple(permissions.values()),
    )


_EDITS: dict[Edit, float] = {
    Editor.add: 3,
    Editor.remove: 4,
    Editor.change: 29,
    Editor.swap_pixels: 1,
    Editor.import_a_share: 1,
    Editor.change_responses: 2.5,
    Editor.change_permissions: 3,
    Editor.return_to_an_earlier_program: 2.5,
}
