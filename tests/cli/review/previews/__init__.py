"""Recorded previews of shares in every status. `tests/engine/handshake.py` records them."""

from __future__ import annotations

from pathlib import Path


def path(name: str) -> Path:
    return Path(__file__).parent / f"{name.replace(' ', '_')}.jsonl"


def load(name: str) -> bytes:
    return path(name).read_bytes()


def files() -> list[Path]:
    return sorted(Path(__file__).parent.glob("*.jsonl"))
