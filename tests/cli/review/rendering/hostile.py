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
    "#123 GH-1 gh-2 org/repo#4",
    "deadbee x@0123456 0123456789abcdef0123456789abcdef01234567",
    "$x$ and $$y$$ and $`z`$ for $5",
    ":tada: :+1: 10:30:00",
    "zero\u200bwidth\u200d soft\u00adhyphen star\ufe0f\U000e0101 \U000e0041\U000e007f",
    "\u034f\u115f\u1160\u17b4\u180b\u2060\u2800\u3164\uffa0\ufff9",
    "[x](https://evil.example) ![y](http://evil.example/z.png)",
    "https://evil.example www.evil.example",
    "*bold* _it_ ~~gone~~ \\",
    "# heading\n- list\n> quote",
    "tab\there\r\n\x00\x07\x1b[31mred",
    "\u202eevil\u2066\u200f\ufeff",
    "\ud800 alone",
    "</details>\n\n| a | b |\n|---|---|",
    "1. one",
    "x :tada",
    '!1 group/project!1 &1 %1 %v1 ~1 ~label ~"a label" [epic:1]',
    "::stop-commands::t ##[error]x ##vso[task.complete]",
    "+ one",
    "=1+1",
    "Z\u0301\u0302\u0303\u0304\u0305 no\u0336t\u0338 a\u20e0 \u0e01\u0e47\u0e47\u0e47\u0e47",
]


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *flat(token.children or []))]
