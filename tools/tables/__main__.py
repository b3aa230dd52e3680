"""`python -m tools.tables` writes the tables in the documentation that follow from the code."""

from __future__ import annotations

from tools.tables.pages import ROOT, outdated


def main() -> None:
    for path, text in outdated().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
