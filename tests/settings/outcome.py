"""The outcome of the story under a setting, and its row in docs/simulator.md."""

from __future__ import annotations

from metapixel_provider.errors import MetaPixelError
from metapixel_simulator import Simulator, Switches
from tests.settings.settings import REFUSED
from tests.settings.story import Settings, Story, WrongError


def outcome(sim: Simulator, settings: Settings) -> str:
    """Play the story. Return an empty string, or the reason why the access is not as declared.

    After a refusal, the defaults are restored, and the emptied program must leave nothing at Meta.
    """
    sim.reset()
    sim.set(**settings)
    story = Story(sim)
    try:
        story.play()
    except WrongError as error:
        return str(error)
    except MetaPixelError as refused:
        defaults = Switches().as_dict()
        sim.set(**{name: defaults[name] for name in settings})
        sim.advance(days=1)
        story.end()
        return str(refused)
    return ""


def row(setting: tuple[str, object], found: str) -> str:
    """Return the row of a setting. It contains only the known part of a refusal."""
    name, value = setting
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    part = REFUSED.get(setting, found)
    result = f"refused: “{part}”" if found else "as declared"
    return f"| `{name}` | `{shown}` | {result} |"
