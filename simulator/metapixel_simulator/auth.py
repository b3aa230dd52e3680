"""The caller of the API, and the checks of the caller's token, proof, scopes and roles."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from itertools import chain

from . import errors
from .calls import Call
from .clock import Clock
from .things import App, Token, User
from .world import World

READ_SCOPES = ("business_management", "ads_management", "ads_read")
# The guide used to require `manage_pages`. Meta has retired this scope, and the guide's current
# edition requires the other two scopes.
PAGES_SCOPES = ("manage_pages", "pages_read_engagement", "pages_show_list")


@dataclass(frozen=True)
class Caller:
    """The user, the app and the token of a call."""

    world: World
    user: User
    app: App
    token: Token

    def needs(self, *alternatives: str) -> None:
        """Raise GraphError unless the token has one of these scopes."""
        if not set(alternatives) & set(self.token.scopes):
            raise errors.missing_scope(" or ".join(alternatives))

    def needs_sharing_scopes(self) -> None:
        self.needs("business_management")
        self.needs("ads_management", "ads_read")
        if self.world.switches.require_pages_permission:
            self.needs(*PAGES_SCOPES)

    def works_for(self, business: str) -> bool:
        return business in self.user.roles

    def administers(self, business: str) -> bool:
        return self.user.roles.get(business) == "ADMIN"

    def needs_admin(self, *businesses: str) -> None:
        """Raise GraphError unless the user is an admin of one of these businesses."""
        if not any(map(self.administers, businesses)):
            known = [self.world.businesses[each] for each in dict.fromkeys(businesses)]
            named = " or ".join(f"{each.name} ({each.id})" for each in known)
            raise errors.not_admin(f"the user must be an admin of the business {named}")

    # Visibility: an object that the caller cannot see is treated as an unknown object.

    def sees_pixel(self, pixel: str) -> bool:
        world = self.world
        return self.works_for(world.pixels[pixel].owner) or any(
            self.works_for(agency) for _, agency in world.shares.of(pixel)
        )

    def sees_ad_account(self, account: str) -> bool:
        found = self.world.ad_accounts[account]
        return any(map(self.works_for, (found.owner, *found.client_of)))

    def sees_request(self, request: str) -> bool:
        found = self.world.requests[request]
        return self.works_for(found.owner) or self.works_for(found.agency)

    def sees_business(self, business: str) -> bool:
        """Return True if the user has a role in the business or in one of its partners."""
        world = self.world
        pairs = chain(
            world.relationships,
            ((world.pixels[pixel].owner, agency) for pixel, agency in world.shares),
            ((request.owner, request.agency) for request in world.requests.values()),
        )
        return self.works_for(business) or any(
            business in pair and any(map(self.works_for, pair)) for pair in pairs
        )


def identify(call: Call, world: World, clock: Clock) -> Caller:
    """Return the caller. Raise GraphError if the token is missing, unknown or invalid.

    Raises GraphError too if the proof of the app secret is wrong, or if it is required but missing.
    """
    if not call.token:
        raise errors.no_token()
    token = world.tokens.get(call.token)
    if token is None:
        raise errors.unreadable_token()
    ended = ending(token, clock)
    if ended is not None:
        raise ended
    app = world.apps[token.app]
    _check_proof(call.params.get("appsecret_proof"), token, app, world)
    return Caller(world, world.users[token.user], app, token)


def ending(token: Token, clock: Clock) -> errors.GraphError | None:
    """Return the error for a token that is no longer valid, or None if it is valid."""
    now = clock.now()
    expired = token.expires_at is not None and token.expires_at <= now
    state = "expired" if expired else token.state
    if state == "valid":
        return None
    return errors.token_error(state, expired_at=token.expires_at or now, now=now)


def _check_proof(proof: str | None, token: Token, app: App, world: World) -> None:
    if not app.secret:
        return
    if proof is None:
        if world.switches.require_appsecret_proof:
            raise errors.bad_proof("API calls from the server require an appsecret_proof argument")
        return
    right = hmac.new(app.secret.encode(), token.token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, proof):
        raise errors.bad_proof("Invalid appsecret_proof provided in the API argument")
