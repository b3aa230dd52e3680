"""`python -m tests.engine.command_lines` lists each line with its tests and its texts."""

from tests.engine.command_lines.claims import NOT_RUN, runs_by_line
from tests.support.command_lines import advice, found
from tests.support.stack import ROOT

run = runs_by_line()
for line, places in sorted(found(ROOT).items()):
    print(line)
    for test in run.get(line, [f"not run: {NOT_RUN.get(line, 'NO TEST')}"]):
        print(f"    {test}")
    print(f"    in {', '.join(places)}")
print(f"\n{len(found(ROOT))} lines, {len(run)} of them run; {len(advice(ROOT))} messages")
