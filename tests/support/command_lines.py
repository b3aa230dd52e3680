"""The command lines that the project's texts advise a person to run.

A command line is recorded without redirections, so that a test can compare and run it. It contains
the placeholders of the text (`NAME`, `$STACK`), and `{}` for each value that a message inserts. An
option that a text mentions without a command (`--run-program`) also counts as a command line.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

#: The folders with the product's messages.
PRODUCT = ("provider", "sdk", "plugin", "policy", "cli", "simulator")

#: The patterns of the texts' paths. The benchmark's modules are omitted: they contain no advice.
TEXTS = (
    "*.md",
    "docs/**/*.md",
    "cli/**/*.md",
    "examples/**/*.md",
    "examples/**/*.py",
    "templates/**/*.py",
    *(f"{folder}/**/*.py" for folder in (*PRODUCT, "tools")),
    "actions/*/action.yml",
    ".github/workflows/*.yml",
    "examples/**/.github/workflows/*.yml",
    "Makefile",
)

_PROGRAM = re.compile(r"(.*/)?(pulumi|metapixel|make)$")
_OWN_MODULE = re.compile(r"metapixel_[\w.]+|tools\.\w+|bench")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
#: The words that may come before a command in a shell script, or in its list in YAML.
_KEYWORDS = ("if", "then", "else", "elif", "while", "until", "do", "!", "{", "$", "-", "exec")
_SUBCOMMANDS = (
    "up|preview|refresh|destroy|cancel|config|stack|state|policy|import|new|install|login|logout|"
    "plugin|package|convert|about|whoami|env|watch"
)
#: An abbreviated command line in a sentence: `up --refresh` for `pulumi up --refresh`.
_SHORT = re.compile(
    r"(up|preview|refresh|destroy|cancel|(config|stack|state|policy) [a-z]+)(?= -|$)"
)
_OPTION = re.compile(r"--[a-z]|[A-Z][A-Z_]+=\S")


def found(root: Path) -> dict[str, list[str]]:
    """Return each command line with the texts that contain it."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in texts(root):
        for line in dict.fromkeys(reader(path)(path.read_text())):
            places[line].append(str(path.relative_to(root)))
    return dict(places)


def texts(root: Path) -> list[Path]:
    """Return the files that are searched for command lines."""
    return sorted({path for pattern in TEXTS for path in root.glob(pattern)})


def named(path: Path) -> set[str]:
    """Return everything in a text that looks like a command of Pulumi.

    The search is coarse. A test uses it to detect command lines that `found` misses.
    """
    text = path.read_text()
    parts = strings(ast.parse(text)) if path.suffix == ".py" else [text]
    pattern = rf"\bpulumi\s+(?:-\S+\s+(?:\S+\s+)??)*(?:{_SUBCOMMANDS})\b(?:\s+--?[a-z][\w-]*)*"
    return {" ".join(each.split()) for part in parts for each in re.findall(pattern, part)}


def advice(root: Path) -> set[tuple[str, str]]:
    """Return each `pulumi` line in the messages of the product, together with its message."""
    advised = set()
    for path in (path for folder in PRODUCT for path in root.glob(f"{folder}/**/*.py")):
        for text in strings(ast.parse(path.read_text()), docstrings=False):
            message = " ".join(text.split())
            for code in re.findall(r"`([^`]+)`", message):
                advised |= {(line, message) for line in in_code(code) if line.startswith("pulumi ")}
    return advised


def reader(path: Path) -> Callable[[str], Iterator[str]]:
    """Return the function that finds the command lines in a text of this kind."""
    by_suffix = {".md": in_markdown, ".py": in_python, ".yml": in_workflow}
    return by_suffix.get(path.suffix, in_makefile)


def in_markdown(text: str) -> Iterator[str]:
    """Yield the command lines in the code of a Markdown text, in blocks and in sentences."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("fence", "code_block"):
            yield from in_shell(token.content)
        for child in token.children or ():
            if child.type == "code_inline":
                yield from in_code(child.content)


def in_code(text: str) -> Iterator[str]:
    """Yield the command lines of a piece of code within a sentence."""
    if _OPTION.match(text) and " pulumi " not in text:
        yield text
    elif _SHORT.match(text):
        yield from in_shell(f"pulumi {text}")
    else:
        yield from in_shell(text)


def in_python(source: str) -> Iterator[str]:
    """Yield the command lines in a module's strings, in backticks or on lines of their own."""
    for text in strings(ast.parse(source)):
        for code in re.findall(r"`([^`]+)`", text):
            yield from in_code(" ".join(code.split()))
        lines = re.sub(r"`[^`]+`", "", text).splitlines()
        typed = [line for line in lines if re.match(r"\s*(\$ )?pulumi (-|[a-z])", line)]
        for line in typed:
            yield from in_shell(line)
        if text.count(" ") > 2:  # a sentence, not the arguments of a call
            for line in (line for line in lines if line not in typed):
                yield from re.findall(r"(?<![\w-])(?:--[a-z][a-z-]+|PULUMI_[A-Z_]+=\w+)", line)


def in_workflow(text: str) -> Iterator[str]:
    """Yield the command lines that the steps of a GitHub workflow or action run."""
    described = yaml.safe_load(text)
    for job in described.get("jobs", {"": described.get("runs")}).values():
        for step in job.get("steps", ()):  # a job that calls a workflow has no steps
            yield from in_shell(step.get("run", ""))


def in_makefile(text: str) -> Iterator[str]:
    """Yield the targets that `make help` lists, and the command lines in comments."""
    for target in re.findall(r"(?m)^([a-z-]+):.*## ", text):
        yield f"make {target}"
    for comment in re.findall(r"(?m)^#(.*)", text):
        yield from _in_comment(comment)


def in_shell(script: str) -> Iterator[str]:
    """Yield the command lines of a script, and those in its comments."""
    for line in script.replace("\\\n", " ").splitlines():
        code, _, comment = re.sub(r"(^|\s)#(?=\s)", "\0", line, count=1).partition("\0")
        yield from (shown(words) for words in _commands(code.strip().removeprefix("$ ")))
        yield from _in_comment(comment)


def _in_comment(text: str) -> Iterator[str]:
    for code in re.findall(r"`([^`]+)`", text):
        yield from in_code(code)
    for words in _commands(text.partition(": ")[2] or text):
        if words[0] != "make":  # at the beginning of a comment, this is a verb
            yield shown(words)


def shown(words: list[str]) -> str:
    """Return words as one line. Only words that contain spaces are quoted."""
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def _commands(line: str) -> Iterator[list[str]]:
    """Yield each command in a line, as words, if the command runs Pulumi or a program of ours."""
    words: list[str] = []
    redirected = False
    for token in [*_tokens(line), ";"]:
        if redirected:
            redirected = False
        elif re.fullmatch("[<>&]*[<>][<>&]*", token):
            redirected = True
        elif re.fullmatch("[();|&]+", token):
            if _is_ours([word for word in words if not _ASSIGNMENT.match(word)]):
                yield words
            words = []
        elif words or token not in _KEYWORDS:
            words.append(token)


def _tokens(line: str) -> list[str]:
    without_file_numbers = re.sub(r"(?<!\S)[0-9](?=[<>])", "", line)
    lexer = shlex.shlex(without_file_numbers, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # an apostrophe, or a quotation that continues on the next line
        return line.split()


def _is_ours(words: list[str]) -> bool:
    if words[1:2] == ["-m"]:
        return bool(words[2:] and _OWN_MODULE.fullmatch(words[2]))
    if not words or not _PROGRAM.match(words[0]):
        return False
    # A program's name alone is not a command line, and neither is a name before an inserted word.
    return words[0] == "make" or (len(words) > 1 and not words[1].startswith("{"))


def strings(node: ast.AST, docstrings: bool = True) -> Iterator[str]:
    """Yield every string of a module. The parts of a formatted string are joined."""
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.JoinedStr):
        literals = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield "".join(map(str, literals))
        children = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and not docstrings:
        children = []
    for child in children:
        yield from strings(child, docstrings)
