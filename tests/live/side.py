"""One of the two sides that are compared: a Graph API with the tokens of owner and agency."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from facebook_business.api import FacebookAdsApi

from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import DisturbedError, InconclusiveError, RefusedError
from metapixel_cli.probe.journal import Journal, Target, load
from metapixel_cli.probe.probe import check_access, last_event, owner_of, restore
from metapixel_provider.connection import NAMESPACE
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.environment import APP_SECRET, TOKEN
from metapixel_provider.errors import GraphError
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from tests.contract.calls import connected
from tests.live.ledger import JOURNALS, path_of
from tests.live.recorder import Recorder
from tests.live.settings import AGENCY, Assets
from tests.support.stack import Stack


@dataclass
class Side:
    """A Graph API, the assets of the run in it, and a folder for the journals."""

    configuration: Configuration
    assets: Assets
    folder: Path
    pause: float = 0.0
    _limiter: RateLimiter = field(default_factory=RateLimiter)

    @property
    def owner(self) -> Credentials:
        """The credentials of the owner."""
        return self.configuration.sets.credentials(None)

    @property
    def agency(self) -> Credentials:
        """The credentials of the agency."""
        return self.configuration.sets.credentials(AGENCY)

    def redact(self, text: str) -> str:
        """Return a text without the secrets of both credential sets."""
        return self.agency.redact(self.owner.redact(text))

    # Before and after a run. These calls do not pass the recorder.

    def targets(self) -> list[Target]:
        """Return each pixel with each business that it is shared with."""
        url = self.configuration.graph_url
        return [
            Target(pixel, self.assets.owner, business, account, url)
            for pixel in self.assets.pixels
            for business, account in (
                (self.assets.agency, self.assets.ad_account),
                (self.assets.partner, ""),
            )
        ]

    def leftovers(self) -> list[Journal]:
        """Return the journals of incomplete runs. Raise RefusedError if one is of another API."""
        found = [each for each in map(load, sorted(self.folder.glob(JOURNALS))) if each]
        for journal in found:
            if journal.target.graph_url != self.configuration.graph_url:
                raise RefusedError(
                    f"The journal {journal.path} belongs to an incomplete run at "
                    f"{journal.target.graph_url}; complete it there first"
                )
        return found

    def check(self) -> Assets:
        """Return the assets with their owner and their relationship.

        Raises RefusedError if a pixel is in use or has shares, and GraphError. Makes only reads.
        """
        owners = set()
        for target in self.targets()[::2]:  # one target of each pixel
            bench = self._bench(Journal(path_of(self.folder, target), target))
            owners.add(owner_of(bench))
            if last_event(bench) is not None:
                raise RefusedError(
                    f"Pixel {target.pixel} has received events, so it may be in use; name a spare "
                    f"pixel"
                )
        if len(owners) > 1:
            raise RefusedError("The two pixels belong to different businesses")
        self.assets = replace(self.assets, owner=owners.pop())
        related = set()
        for target in self.targets():
            bench = self._bench(Journal(path_of(self.folder, target), target))
            check_access(bench)
            if bench.related:
                related.add(target.agency)
        if self.assets.partner not in related:
            raise RefusedError(
                f"Business {self.assets.partner} does not work with the owner yet, so it would "
                f"get a request that the suite cannot decline; name another partner"
            )
        self.assets = replace(self.assets, related=self.assets.agency in related)
        return self.assets

    def restore(self, journals: list[Journal]) -> None:
        """Remove all access that a run has created. Raise NotRestoredError."""
        for journal in journals:
            restore(self._bench(journal))

    def is_clean(self, journals: list[Journal]) -> bool:
        """Return whether these targets have no access, no open request and no waiting write."""
        try:
            benches = list(map(self._bench, journals))
            if any(bench.may_wait for bench in benches):
                return False
            return not any(
                # A read can be from before the last write. So only a repeated result counts.
                read() and bench.settled(read)
                for bench in benches
                for read in (bench.listed, bench.accounts, bench.open_requests)
            )
        except (GraphError, DisturbedError, InconclusiveError):
            return False

    def _bench(self, journal: Journal) -> Bench:
        # A target without an ad account is of the partner, whose token the suite does not have.
        agency = self._calls(self.agency) if journal.target.ad_account else None
        return Bench(journal.target, self._calls(self.owner), agency, journal, pause=self.pause)

    def _calls(self, credentials: Credentials) -> Calls:
        return Calls(self.configuration, credentials, self._limiter)


@dataclass(frozen=True)
class Stage:
    """A side during a run, behind a recorder: Meta's SDK and stacks, as the acts use them."""

    side: Side
    recorder: Recorder
    folder: Path

    @property
    def assets(self) -> Assets:
        """The assets of the run."""
        return self.side.assets

    @contextmanager
    def sdk(self) -> Iterator[tuple[FacebookAdsApi, FacebookAdsApi]]:
        """Yield the SDK's clients of the owner and of the agency."""
        url, version = self.recorder.url, self.side.configuration.api_version
        owner, agency = self.side.owner, self.side.agency
        with (
            warnings.catch_warnings(),
            connected(url, owner.access_token, owner.app_secret, version) as ours,
            connected(url, agency.access_token, agency.app_secret, version) as theirs,
        ):
            warnings.filterwarnings("ignore", ".*does not allow field")
            yield ours, theirs

    def stack(
        self,
        name: str,
        program: str | None = None,
        *,
        project: Path | None = None,
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Stack:
        """Return a new stack that acts as the owner, and as the agency with the set `agency`."""
        settings = {
            f"{NAMESPACE}:graphUrl": self.recorder.url,
            f"{NAMESPACE}:apiVersion": self.side.configuration.api_version,
        }
        return Stack(
            self.folder / name,
            program,
            project=project,
            name=name,
            config=settings | dict(config or {}),
            environment={
                **variables(self.side.owner),
                **variables(self.side.agency, "_AGENCY"),
                **(environment or {}),
            },
        )


def variables(credentials: Credentials, suffix: str = "") -> dict[str, str]:
    """Return the environment variables of a credential set."""
    found = {f"{TOKEN}{suffix}": credentials.access_token}
    if credentials.app_secret:
        found[f"{APP_SECRET}{suffix}"] = credentials.app_secret
    return found
