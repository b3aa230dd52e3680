"""Hostile names, and Markdown as GitHub parses it."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "a|b",
    "`code` ``` fence",
    "<script>alert(1)</script><!-- x -->",
    "&lt;b&gt; &#64;me",
    "@octocat @org/team",
    "#123 GH-1 org/repo#4",
    "[x](https://evil.example) ![y](http://evil.example/z.png)",
    "https://evil.example www.evil.example",
    "*bold* _it_ ~~gone~~ \\",
    "# heading\n- list\n> quote",
    "tab\there\r\n\x00\x07\x1b[31mred",
    "\u202eevil\u2066\u200f\ufeff",
    "\ud800 alone",
    "</details>\n\n| a | b |\n|---|---|",
    "1. one",
    "+ one",
]


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *flat(token.children or []))]
