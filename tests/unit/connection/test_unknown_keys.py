"""The sentence about an unknown key in a stack's configuration."""

from __future__ import annotations

from metapixel_provider.connection.unknown_keys import refusal


def test_a_key_with_characters_of_the_shell_is_quoted_in_the_command() -> None:
    sentence = refusal("metapixel:x; rm -r .", is_secret=False)

    assert "`pulumi config rm 'metapixel:x; rm -r .'`" in sentence
