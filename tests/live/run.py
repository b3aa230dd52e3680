"""The run of the acts on one side, and the restoration after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facebook_business.exceptions import FacebookRequestError

from metapixel_cli.probe.journal import Journal
from tests.live.acts import Act, Facts
from tests.live.ledger import Ledger
from tests.live.recorder import Recorded, Recorder
from tests.live.side import Side, Stage

#: The name of the fact about the access that an act leaves.
LEFT = "access after the act"
#: The name of the fact about the end of an act, and its value if the act was completed.
RESULT, COMPLETED = "the act", "completed"


@dataclass(frozen=True)
class Played:
    """The result of an act: its calls and facts, or the reason why it was not played."""

    act: str
    calls: Recorded = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    obstacle: str = ""


def play(
    side: Side, acts: Sequence[Act], folder: Path, tell: Callable[[str], None]
) -> list[Played]:
    """Play the acts on a side. At the end, nothing that they created is left.

    `tell` gets the name of each act, and the details of a failure without secrets. Raises
    NotRestoredError.
    """
    ledger = Ledger(side.folder, side.targets())
    try:
        with Recorder(side.configuration.graph_url, names_of(side), ledger) as recorder:
            stage = Stage(side, recorder, folder)
            return [_played(stage, act, ledger.begun, tell) for act in acts]
    finally:
        side.restore(ledger.begun())


def _played(
    stage: Stage, act: Act, begun: Callable[[], list[Journal]], tell: Callable[[str], None]
) -> Played:
    if obstacle := act.obstacle(stage.assets.related):
        return Played(act.name, obstacle=obstacle)
    tell(f"{act.name} …")
    try:
        facts = act.play(stage)
        facts[RESULT] = COMPLETED
    except Exception as error:  # noqa: BLE001 - any other act can still be played
        tell(stage.side.redact(f"{act.name}: {type(error).__name__}: {error}"))
        facts = {RESULT: f"failed: {_reason(error)}"}
    calls = stage.recorder.take()
    is_clean = stage.side.is_clean(begun())
    facts[LEFT] = "none" if is_clean else "some"
    if not is_clean:
        stage.side.restore(begun())
    return Played(act.name, calls, facts)


def names_of(side: Side) -> dict[str, str]:
    """Return a name for each id, by which the report calls it."""
    assets = side.assets
    return {
        **dict.fromkeys(assets.pixels, "{pixel}"),
        assets.owner: "{owner}",
        assets.agency: "{agency}",
        assets.partner: "{agency}",
        assets.ad_account: "{ad account}",
    }


def _reason(error: Exception) -> str:
    """Return an error without its message, which can contain ids."""
    if isinstance(error, FacebookRequestError):
        code = error.api_error_code()
        return f"a refusal with code {code}" if code else "no usable answer"
    if isinstance(error, LookupError):
        return "an answer without a key that the act needs"
    return "a command of Pulumi" if isinstance(error, AssertionError) else type(error).__name__
