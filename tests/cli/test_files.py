"""Files that a command writes: all of them whole, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_cli.files import FilesError, write


def test_every_file_is_written_as_it_is_and_not_replaced(tmp_path: Path) -> None:
    texts = {tmp_path / "a.csv": "x\r\ny\r\n", tmp_path / "b.md": "ä\n"}

    write(texts, force=False)
    with pytest.raises(FilesError, match="add --force"):
        write(dict.fromkeys(texts, "new"), force=False)

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == {
        path: text.encode() for path, text in texts.items()
    }


def test_a_text_that_is_no_unicode_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write({tmp_path / "a": "\ud800"}, force=False)

    assert list(tmp_path.iterdir()) == []


def test_no_file_is_replaced_if_a_text_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    too_long = tmp_path / ("x" * 250)

    with pytest.raises(FilesError, match="cannot be written: File name too long"):
        write({tmp_path / "a": "new", too_long: "new"}, force=True)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}
