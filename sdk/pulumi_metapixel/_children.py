"""The resources in a component: their names, their aliases and the options that they inherit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

import pulumi

from metapixel_provider.access_file.model import permission_name, share_name
from metapixel_provider.texts import one_line, suggestion
from pulumi_metapixel.pixel_access import DeclaredAccess
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission


class Children:
    """The resources in a component, which has the options `opts`.

    `component_names` contains the name of the component and its former names. `moved_from` maps
    names of resources to the names, or URNs, that they had outside of the component.
    """

    def __init__(
        self,
        component: pulumi.ComponentResource,
        resource_name: str,
        opts: pulumi.ResourceOptions,
        moved_from: Mapping[str, str] | None = None,
    ) -> None:
        # The engine passes on `retain_on_delete` too. But pulumi/pulumi#19654 calls this a bug.
        self._inherited = pulumi.ResourceOptions(
            parent=component, depends_on=opts.depends_on, retain_on_delete=opts.retain_on_delete
        )
        self.component_names = (resource_name, *_former_names(opts.aliases))
        self._moved_from = moved_from or {}

    def options(
        self, names: Sequence[str], depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Return the options of a resource. `names` are its name and its former names."""
        name, *former = names
        aliases: list[str | pulumi.Alias] = [pulumi.Alias(name=each) for each in former]
        outside = self._moved_from.get(name)
        if outside is not None and outside.startswith("urn:pulumi:"):
            aliases.append(outside)
        elif outside is not None:
            aliases.append(pulumi.Alias(name=outside, parent=pulumi.ROOT_STACK_RESOURCE))
        own = pulumi.ResourceOptions(aliases=aliases, depends_on=depends_on)
        return pulumi.ResourceOptions.merge(self._inherited, own)

    def permissions(
        self,
        access: DeclaredAccess,
        business_id: pulumi.Input[str | int],
        credentials: pulumi.Input[str] | None,
        depends_on: Sequence[pulumi.Resource],
    ) -> dict[str, PixelAdAccountPermission]:
        """Declare a permission for each ad account of a pixel. Return them by resource name."""
        declared = {}
        for account in access.ad_accounts:
            # In both of these, former names follow the present one.
            labels = product(self.component_names, access.labels)
            names = [permission_name(agency, pixel, account) for agency, pixel in labels]
            present_name = names[0]
            declared[present_name] = PixelAdAccountPermission(
                present_name,
                pixel_id=access.pixel_id,
                business_id=business_id,
                ad_account_id=account,
                credentials=credentials,
                opts=self.options(names, depends_on),
            )
        return declared


def names(agency: str, ad_accounts: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the names of all shares and permissions, given the ad accounts by label of pixel."""
    found = set[str]()
    for pixel, accounts in ad_accounts.items():
        found.add(share_name(agency, pixel))
        found.update(permission_name(agency, pixel, account) for account in accounts)
    return frozenset(found)


def check_keys(argument: str, keys: Iterable[str], known: Collection[str]) -> None:
    for sentence in unknown_keys(argument, keys, known):
        raise pulumi.RunError(sentence)


def unknown_keys(argument: str, keys: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yield a sentence about each unknown key of an argument."""
    for key in keys:
        if key not in known:
            yield f"{argument}: there is no '{one_line(key, 64)}'{suggestion(key, known)}"


def _former_names(aliases: object) -> list[str]:
    """Return the former names of the component, for the aliases of its children.

    The engine derives such aliases only while it renames the component. If that update fails, the
    state has the new name of the component, and old names of its children.
    """
    found: list[str] = []
    if isinstance(aliases, Sequence):
        for each in aliases:
            if isinstance(each, pulumi.Alias) and isinstance(each.name, str):
                found.append(each.name)
    return found
