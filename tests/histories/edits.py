"""Random edits of a program, each as a person makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.histories.estate import ACCOUNTS, AGENCIES, PARTNER, PIXELS, TASKS
from tests.histories.program import Permission, Program, Response, Share
from tests.histories.resources import Options

#: The inputs that a preview hides.
_HIDDEN = (("resend",), ("permitted_tasks",), ("on_existing",), ("pixel_id",), ("reason",))

Edit = Callable[["Editor", Program], Program]


class Editor:
    """Draws edits."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._numbers = {"s": 0, "r": 0, "p": 0, "resend": 0, "reason": 0}
        self._earlier: list[Program] = []
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
        (edit,) = self.random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))
        return self._keep(edit(self, program))

    def _keep(self, program: Program) -> Program:
        self._earlier.append(program)
        return program

    def _name(self, kind: str) -> str:
        self._numbers[kind] += 1
        name = f"{kind}{self._numbers[kind]}"
        return f"{name}-x" if kind == "s" else name

    def _tasks(self) -> tuple[str, ...]:
        return tuple(self.random.sample(TASKS, self.random.randint(1, 3)))

    def _one(self, program: Program, change: Callable[[Share], Share]) -> Program:
        """The program with one of its shares changed, and what refers to it."""
        if not program.shares:
            return program
        old = self.random.choice(program.shares)
        return _exchanged(program, {old.name: change(old)})

    def _free(self, program: Program) -> list[tuple[str, str]]:
        declared = {share.key for share in program.shares}
        return [(p, a) for p in PIXELS for a in AGENCIES if (p, a) not in declared]

    def add(self, program: Program) -> Program:
        """A share, sometimes with a response and a permission."""
        pixel, agency = self.random.choice(self._free(program) or [("", "")])
        if not pixel:
            return program
        share = Share(self._name("s"), pixel, agency, self._tasks())
        if self.random.random() < 0.3:
            share.inputs["on_existing"] = self.random.choice(("overwrite", "overwrite", "fail"))
        responses, permissions = program.responses, program.permissions
        if agency != PARTNER and self.random.random() < 0.4:
            responses = (*responses, Response(self._name("r"), share.name))
        added = self._permission(pixel, agency)
        if self.random.random() < 0.5 and added.key not in program.keys.values():
            permissions = (*permissions, added)
        return Program((*program.shares, share), responses, permissions).possible()

    def _permission(self, pixel: str, agency: str) -> Permission:
        account = self.random.choice(ACCOUNTS[agency])
        return Permission(self._name("p"), pixel, agency, account)

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

    def rename(self, program: Program) -> Program:
        return self._one(program, lambda share: replace(share, name=self._name("s"), alias=""))

    def rename_with_an_alias(self, program: Program) -> Program:
        return self._one(
            program, lambda share: replace(share, name=self._name("s"), alias=share.name)
        )

    def grant_more(self, program: Program) -> Program:
        def more(share: Share) -> Share:
            left = [task for task in TASKS if task not in share.tasks]
            return replace(share, tasks=(*share.tasks, *self.random.sample(left, bool(left))))

        return self._one(program, more)

    def grant_less(self, program: Program) -> Program:
        def less(share: Share) -> Share:
            return replace(share, tasks=share.tasks[1:] or share.tasks)

        return self._one(program, less)

    def grant_others(self, program: Program) -> Program:
        return self._one(program, lambda share: replace(share, tasks=self._tasks()))

    def move_to_another_pixel(self, program: Program) -> Program:
        def moved(share: Share) -> Share:
            free = [pixel for pixel, agency in self._free(program) if agency == share.agency]
            return replace(share, pixel=self.random.choice(free or [share.pixel]))

        return self._one(program, moved)

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

    def _input(self, program: Program, name: str, value: object) -> Program:
        return self._one(
            program, lambda share: replace(share, inputs={**share.inputs, name: value})
        )

    def change_reason(self, program: Program) -> Program:
        return self._input(program, "reason", self._name("reason"))

    def change_resend(self, program: Program) -> Program:
        return self._input(program, "resend", self._name("resend"))

    def change_on_existing(self, program: Program) -> Program:
        value = self.random.choice(("overwrite", "overwrite", "adopt", "fail"))
        return self._input(program, "on_existing", value)

    def change_delete_before_replace(self, program: Program) -> Program:
        return self._one(program, lambda share: replace(share, delete_first=not share.delete_first))

    def move_into_or_out_of_a_component(self, program: Program) -> Program:
        return self._one(program, lambda share: replace(share, in_component=not share.in_component))

    def change_the_last_day(self, program: Program) -> Program:
        """A later, earlier or past day, or none, of a share that moves into a component."""
        days = (0, self.day - 1, self.day, self.day, self.day + 1)
        until = self.random.choice(days)
        return self._one(program, lambda share: replace(share, in_component=True, until=until))

    def change_options(self, program: Program) -> Program:
        """A share with other options, or with inputs that a preview hides."""
        choose = self.random.choice
        options = Options(
            retain=self.random.random() < 0.3,
            replace_on=choose(((), (), ("resend",), ("permitted_tasks",), ("reason",))),
            secret=choose(((), (), *_HIDDEN)),
            unknown=choose(((), (), *_HIDDEN)),
        )
        return self._one(program, lambda share: replace(share, options=options, in_component=False))

    def only_read_or_declare(self, program: Program) -> Program:
        return self._one(
            program, lambda share: replace(share, only_read=not share.only_read, alias="")
        )

    def import_a_share(self, program: Program) -> Program:
        """A share that a person made, or that the program left before."""
        free = self._free(program)
        if not free:
            return program
        name, options = self._name("s"), Options(imports=True)
        pixel, agency = self.random.choice(free)
        tasks = ("ANALYZE", *self.random.sample(TASKS[1:], self.random.randint(0, 2)))
        added = Share(name, pixel, agency, tasks, options=options)
        return replace(program, shares=(*program.shares, added)).possible()

    def add_or_remove_a_response(self, program: Program) -> Program:
        if program.responses and self.random.random() < 0.5:
            return program.without(self.random.choice(program.responses).name)
        answered = {each.share for each in program.responses}
        shares = [share.name for share in program.shares if share.name not in answered]
        if not shares:
            return program
        status = self.random.choice(("APPROVE", "APPROVE", "APPROVE", "DECLINE"))
        added = Response(self._name("r"), self.random.choice(shares), status)
        return replace(program, responses=(*program.responses, added))

    def change_an_answer(self, program: Program) -> Program:
        if not program.responses:
            return program
        old = self.random.choice(program.responses)
        new = replace(old, status="DECLINE" if old.status == "APPROVE" else "APPROVE")
        responses = tuple(new if each is old else each for each in program.responses)
        return replace(program, responses=responses)

    def add_or_remove_a_permission(self, program: Program) -> Program:
        if program.permissions and self.random.random() < 0.5:
            return program.without(self.random.choice(program.permissions).name)
        pixel, agency = self.random.choice(PIXELS), self.random.choice(AGENCIES)
        if program.shares and self.random.random() < 0.8:
            pixel, agency = self.random.choice(program.shares).key
        added = self._permission(pixel, agency)
        if added.key in program.keys.values():
            return program
        return replace(program, permissions=(*program.permissions, added))

    def rename_a_permission(self, program: Program) -> Program:
        if not program.permissions:
            return program
        old = self.random.choice(program.permissions)
        renamed = replace(old, name=self._name("p"))
        permissions = tuple(renamed if each is old else each for each in program.permissions)
        return replace(program, permissions=permissions)

    def return_to_an_earlier_program(self, _program: Program) -> Program:
        return self.random.choice(self._earlier)

    def remove_everything(self, _program: Program) -> Program:
        return Program()


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


WEIGHTS: dict[Edit, float] = {
    Editor.add: 3,
    Editor.remove: 4,
    Editor.rename: 4,
    Editor.rename_with_an_alias: 1,
    Editor.grant_more: 3,
    Editor.grant_less: 3,
    Editor.grant_others: 2,
    Editor.move_to_another_pixel: 3,
    Editor.swap_pixels: 1,
    Editor.change_reason: 1,
    Editor.change_resend: 2,
    Editor.change_on_existing: 1,
    Editor.change_delete_before_replace: 1,
    Editor.move_into_or_out_of_a_component: 1,
    Editor.change_the_last_day: 3,
    Editor.change_options: 3,
    Editor.only_read_or_declare: 1,
    Editor.import_a_share: 1,
    Editor.add_or_remove_a_response: 2,
    Editor.change_an_answer: 0.5,
    Editor.add_or_remove_a_permission: 2,
    Editor.rename_a_permission: 1,
    Editor.return_to_an_earlier_program: 2,
    Editor.remove_everything: 0.5,
}
