"""The access report as one HTML page, which needs no network and no other file."""

from metapixel_cli.access.rendering.html.document import page

__all__ = ["page"]
