"""The access to our pixels, which is declared in access.yaml."""

from pulumi_metapixel import declare_access_file

declare_access_file("access.yaml")
