"""Rules about who may have access to a Meta pixel, for your own policy packs.

    from metapixel_policy import RULES

`metapixel_policy.rules` has each rule under its name, such as `approved_agencies`. The program in
the folder `policy/` of the repository constructs a `PolicyPack` with all rules.
"""

try:
    from metapixel_policy.rules import RULES as RULES
except ModuleNotFoundError as error:
    if error.name != "pulumi_policy":
        raise
    needs = (
        "metapixel_policy needs pulumi-metapixel[policy]: pip install 'pulumi-metapixel[policy]'"
    )
    raise ModuleNotFoundError(needs, name=error.name) from None
