"""The checks in the order of a report. The acts have the order of Meta's guide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metapixel_cli.doctor.judging import acts, assets, credentials, setup
from metapixel_cli.doctor.judging.acts import Judge, of_each_set, once


class Category(StrEnum):
    """A group of checks."""

    SETUP = "setup"
    CREDENTIALS = "credentials"
    SHARE = "share"
    ANSWER = "answer"
    PERMIT = "permit"
    DELETE = "delete"


TITLES = {
    Category.SETUP: "Setup",
    Category.CREDENTIALS: "Credentials",
    Category.SHARE: "Act 1: share a pixel",
    Category.ANSWER: "Act 2: answer a sharing request",
    Category.PERMIT: "Act 3: permit an ad account",
    Category.DELETE: "Act 4: delete a share",
}


class Need(StrEnum):
    """A read that a check needs."""

    VERSIONS = "versions"
    META = "meta"


@dataclass(frozen=True)
class Check:
    """A check. Its name is stable, because scripts use it.

    `option` is the option that names the objects of the check, or empty.
    """

    name: str
    category: Category
    description: str
    judge: Judge
    needs: frozenset[Need] = frozenset({Need.META})
    option: str = ""


_C = Category

CHECKS = (
    Check(
        "versions",
        _C.SETUP,
        "The engine and the packages are installed and not too old",
        setup.versions,
        frozenset({Need.VERSIONS}),
    ),
    Check("settings", _C.SETUP, "The settings are valid", setup.settings, frozenset()),
    Check("reachable", _C.SETUP, "The Graph API answers", once(setup.reachable)),
    Check("clock", _C.SETUP, "The clock of this machine agrees with Meta's", once(setup.clock)),
    Check("api-version", _C.SETUP, "Meta accepts the version of the API", once(setup.api_version)),
    Check(
        "token",
        _C.CREDENTIALS,
        "Meta accepts the token",
        of_each_set(credentials.token, explains=True),
    ),
    Check(
        "token-user",
        _C.CREDENTIALS,
        "The token belongs to a system user",
        of_each_set(credentials.token_user),
    ),
    Check(
        "token-expiry",
        _C.CREDENTIALS,
        "The token does not expire soon",
        of_each_set(credentials.token_expiry),
    ),
    Check(
        "data-access",
        _C.CREDENTIALS,
        "The app's access to the user's data does not end soon",
        of_each_set(credentials.data_access),
    ),
    Check(
        "app-secret-proof",
        _C.CREDENTIALS,
        "The app secret belongs to the app of the token",
        of_each_set(credentials.app_secret_proof, explains=True),
    ),
    Check(
        "rate-limits",
        _C.CREDENTIALS,
        "The app is not close to Meta's limits",
        of_each_set(credentials.rate_limits, explains=True),
    ),
    Check(
        "business-role",
        _C.CREDENTIALS,
        "The user of the token is an admin of a business",
        of_each_set(credentials.business_role),
    ),
    Check(
        "share-scopes",
        _C.SHARE,
        "The token has the scopes to share a pixel",
        of_each_set(acts.sharing_scopes),
    ),
    Check(
        "share-app-access",
        _C.SHARE,
        "The app has full access in the Marketing API Access Tier",
        of_each_set(acts.app_access),
    ),
    Check(
        "business-admin",
        _C.SHARE,
        "A credential set belongs to an admin of the business",
        assets.business_admin,
        option="--business",
    ),
    Check(
        "pixel-owner",
        _C.SHARE,
        "A credential set belongs to an admin of the business that owns the pixel",
        assets.pixel_owner,
        option="--pixel",
    ),
    Check(
        "answer-scopes",
        _C.ANSWER,
        "The token has the scopes to answer a sharing request",
        of_each_set(acts.scopes(acts.ANSWERING)),
    ),
    Check(
        "permit-scopes",
        _C.PERMIT,
        "The token has the scopes to permit an ad account",
        of_each_set(acts.scopes(acts.WRITING)),
    ),
    Check(
        "delete-scopes",
        _C.DELETE,
        "The token has the scopes to delete a share",
        of_each_set(acts.scopes(acts.WRITING)),
    ),
)
