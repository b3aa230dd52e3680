"""The run of a probe: the experiments and the acts in their order, and the restoration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metapixel_cli.probe import simulated, states
from metapixel_cli.probe.acts import ACTS, Act, Stage
from metapixel_cli.probe.errors import (
    DisturbedError,
    InconclusiveError,
    NotRestoredError,
    NotRunError,
    UnansweredError,
)
from metapixel_cli.probe.journal import PERMITTED
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.profile import Finding, Played, Profile, Verdict
from metapixel_cli.probe.questions import Question
from metapixel_cli.probe.restoration import Restoration
from metapixel_provider.connection.clients import Clients
from metapixel_provider.errors import GraphError
from metapixel_provider.sharing.contract import Outcome

#: The number of times that an experiment is begun if calls are limited or not answered.
ATTEMPTS = 4
#: The number of old results that an act expects if no delay is known. The provider repeats an
#: unexpected read itself.
_OLD_RESULTS = 4


def findings(
    pixel: Pixel, questions: Sequence[Question], report: Callable[[Finding], None]
) -> tuple[Finding, ...]:
    """Run the experiments in order, and return a finding for each question.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """
    found = []
    for question in questions:
        finding = _finding(pixel, question)
        report(finding)
        found.append(finding)
    return tuple(found)


def _finding(pixel: Pixel, question: Question) -> Finding:
    has_account = bool(pixel.target.ad_account)
    if lacks := question.lacks(pixel.agency is not None, has_account, pixel.related):
        return Finding(question, Verdict.NOT_RUN, f"the experiment needs {lacks}")
    why = ""
    for _ in range(ATTEMPTS):
        before = pixel.disturbances
        try:
            answer = question.experiment(pixel)
        except NotRunError as error:
            return Finding(question, Verdict.NOT_RUN, why or str(error))
        except InconclusiveError as error:
            why = str(error)
        except DisturbedError:
            why = "Meta returned no usable answer"
        except GraphError as error:
            why = pixel.reason(error)
        else:
            if pixel.disturbances == before:
                same = answer.value == question.assumed
                verdict = Verdict.SAME if same else Verdict.OTHER
                return Finding(question, verdict, answer.seen, answer.value)
            why = "Meta limited some calls, or did not answer them"
        pixel.known.state = "unknown"
        if pixel.disturbances == before:
            # The same experiment would have the same result.
            break
    return Finding(question, Verdict.INCONCLUSIVE, why)


@dataclass(frozen=True)
class Acts:
    """The acts of a run, with the clients of Meta and the names of its credential sets."""

    clients: Clients
    owner: str | None
    agency: str | None

    def play(
        self, pixel: Pixel, profile: Profile, report: Callable[[Played], None]
    ) -> tuple[Played, ...]:
        """Play each act at a simulator with a profile, then at Meta, and compare the results.

        Raises NotRestoredError if the pixel cannot be brought into a known state.
        """
        found = []
        for act in ACTS:
            try:
                played = self._played(pixel, act, profile)
            except UnansweredError as error:
                played = Played(act.name, Verdict.INCONCLUSIVE, str(error))
            except GraphError as error:
                played = Played(act.name, Verdict.INCONCLUSIVE, pixel.reason(error))
            report(played)
            found.append(played)
        return tuple(found)

    def _played(self, pixel: Pixel, act: Act, profile: Profile) -> Played:
        states.absent(pixel)
        pixel.related = pixel.is_related()
        if obstacle := act.obstacle(self.agency is not None, pixel.related):
            return Played(act.name, Verdict.NOT_RUN, obstacle)
        old_results = max((each.reads for each in pixel.delays), default=_OLD_RESULTS)

        def stage(clients: Clients, owner: str | None, agency: str | None) -> Stage:
            is_meta = clients is self.clients
            return Stage(
                pixel.target,
                clients.client(owner),
                clients.client(agency) if agency else None,
                settled if is_meta else lambda read: [read() for _ in range(old_results + 1)][-1],
                pixel if is_meta else None,
            )

        def settled(read: Callable[[], Outcome]) -> Outcome:
            return pixel.settled(read, unknown=_OLD_RESULTS)

        expected = None
        if simulated.is_installed():
            agency = simulated.AGENCY if self.agency else None
            with simulated.simulated(pixel.target, pixel.related, profile.text()) as configuration:
                at_simulator = Clients(configuration, lambda _: None)
                expected = act.play(stage(at_simulator, None, agency))
        seen = act.play(stage(self.clients, self.owner, self.agency))
        if expected is None:
            why = "the extra `simulator` is not installed, so the act was not compared"
            return Played(act.name, Verdict.INCONCLUSIVE, why, seen)
        verdict = Verdict.SAME if seen == expected else Verdict.OTHER
        return Played(act.name, verdict, "", seen, expected)


def restore(pixel: Pixel, report: Callable[[str], None]) -> str:
    """Restore the pixel if anything was written, and remove the journal. Report each round.

    A second interruption ends the restoration. Returns a sentence about what no read confirms, or
    an empty string. Raises NotRestoredError.
    """
    if not pixel.journal.exists:
        return ""
    restoration = Restoration(pixel, report)
    try:
        if pixel.known.state != "absent":
            restoration.run()
    except KeyboardInterrupt:
        raise NotRestoredError("the restoration was interrupted") from None
    pixel.journal.remove()
    if not (pixel.unsure or restoration.unread):
        return ""
    target = pixel.target
    hidden = ", and may not list a permission that still exists"
    text = (
        "Everything that Meta lists is restored. Meta does not list writes that wait for another "
        f"admin{hidden if pixel.journal.facts[PERMITTED] else ''}: check in Business Settings, "
        f"under Requests, that nothing is left for pixel {target.pixel}."
    )
    if restoration.unread:
        text += (
            f" It is not confirmed that no request is open ({restoration.unread}): in Business "
            f"Settings of agency {target.agency}, under Requests, decline those of business "
            f"{target.owner}."
        )
    return text
