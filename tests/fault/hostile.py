"""Odd answers, each made of a true one by a few random changes to its JSON and to its HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.support.byte_server import ResetError, answer

JSON = object
#: Texts that no Python value becomes when it is written as JSON; see `_written`.
RAW = {
    "@long@": "1" * 5000,
    "@float@": "1e999",
    "@nan@": "NaN",
    "@infinity@": "-Infinity",
    "@deep@": "[" * 300 + "]" * 300,
    "@deeper@": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "@broken@": '"\\ud800" : ,',
    "@double@": '{"id": "1", "id": "2"}',
}
TEXTS = [
    "",
    " ",
    "\n",
    "two\nlines",
    "\x00\x1b[31m",
    "\u202eTIDE\u2066",
    "EDIT\u200b",
    "\ud800",
    "half \ud83d",
    "x" * 100_000,
    "9" * 33,
    "１２",
    "me",
    "1/agencies",
    "../1",
    "act_",
    "act_1",
    "ED\u0131T",
    "approve",
    "NEW_TASK",
    "http://[",
    "https://graph.example/?after=%ED%A0%80",
    "%s%s%n",
]
VALUES: list[JSON] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e300,
    10**40,
    [],
    {},
    [None],
    [[]],
    {"data": []},
    {"data": [{}]},
    {"id": "1"},
    *RAW,
    *TEXTS,
]
STATUSES: list[int | str] = [
    *(100, 101, 103, 199, 201, 202, 204, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308),
    *(399, 400, 401, 403, 404, 408, 409, 418, 429, 499, 500, 502, 503, 504, 599, 600, 999),
    *("0", "-1", "20", "2000", "OK", "", "\u00e9", "200\u00a0", "1e2"),
]
HEADERS = [
    "Content-Type: text/html; charset=idna",
    "Location: http://[",
    "Set-Cookie: a=b; Expires=\xff; Domain=.; Max-Age=x",
    "X-Ad-Account-Usage: [[[[",
    'X-Ad-Account-Usage: {"reset_time_duration": 1e400}',
    'X-Ad-Account-Usage: {"reset_time_duration": 1e-9}',
    'X-Business-Use-Case-Usage: {"1": [{"estimated_time_to_regain_access": 1e300}]}',
    'X-Business-Use-Case-Usage: {"1": 5, "2": [5], "3": [{"call_count": []}]}',
    "Content-Length: -1",
    "Content-Length: 5",
    "Content-Length: 99999",
    "Content-Length: 1, 2",
    "Content-Length: \xb2",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Content-Encoding: gzip",
    "Content-Encoding: br",
    "Connection: keep-alive",
    "No colon",
    ": no name",
    " folded: line",
    "Bare: carriage\rreturn",
    "Nul: \x00",
    "Long: " + "x" * 70_000,
    "\r\n".join(f"Many-{number}: x" for number in range(120)),
]


@dataclass(frozen=True)
class Answer:
    """An answer before it is spoiled."""

    status: int | str
    headers: tuple[str, ...]
    body: bytes

    def sent(self) -> bytes:
        return answer(self.body, *self.headers, status=self.status)


class Hostile:
    """Spoils answers by a source of chance; `secrets` are what it quotes in errors."""

    def __init__(self, chance: Random, secrets: list[str]) -> None:
        self.chance = chance
        self.secrets = secrets

    def spoilt(self, true: Answer) -> Iterator[bytes]:
        """The pieces of an answer that is odd in a way or two."""
        changed = true
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            change = self.chance.choices(
                [self._json, self._error, self._status, self._header, self._encoded],
                [10, 3, 3, 4, 3],
            )[0]
            changed = change(changed)
        send = self.chance.choices(
            [self._whole, self._cut, self._noisy, self._chunked], [60, 6, 6, 4]
        )[0]
        return send(changed)

    # Changes to what is said

    def _json(self, true: Answer) -> Answer:
        try:
            found = json.loads(true.body)
        except (ValueError, RecursionError):
            return true
        return replace(true, body=_written(self._altered(found)))

    def _altered(self, value: JSON) -> JSON:
        """The value with one place of it changed; a batch is entered by its bodies too."""
        places = list(_places(value))
        if not places or self.chance.random() < 0.05:
            return self._value()
        parent, key = self.chance.choice(places)
        old = parent[key]
        if key == "body" and isinstance(old, str) and self.chance.random() < 0.9:
            try:
                parent[key] = _text(self._altered(json.loads(old)))
            except ValueError:
                parent[key] = self._value()
            return value
        what = self.chance.random()
        if what < 0.15:
            del parent[key]
        elif what < 0.25 and isinstance(parent, list):
            parent.extend([old] * self.chance.choice([1, 60, 2000]))
        elif what < 0.4 and isinstance(parent, dict):
            parent["paging"] = self._paging()
        elif what < 0.5 and isinstance(old, str):
            parent[key] = old + self.chance.choice(TEXTS)
        elif what < 0.55:
            parent[key] = [old]
        else:
            parent[key] = self._value()
        return value

    def _value(self) -> JSON:
        return self.chance.choice(VALUES)

    def _paging(self) -> JSON:
        cursor = self.chance.choice(["a", "b", "c", *TEXTS, *VALUES])
        following = self.chance.choice(["here", f"https://graph.example/1?after={cursor}", *TEXTS])
        return self.chance.choice(
            [
                {"next": following, "cursors": {"after": cursor}},
                {"next": following},
                {"next": self._value(), "cursors": self._value()},
                self._value(),
            ]
        )

    def _error(self, true: Answer) -> Answer:
        secret = self.chance.choice(self.secrets)
        encoded = "".join(f"%{ord(character):02x}" for character in secret)
        quoted = self.chance.choice([secret, encoded, f"\u200b{secret}\n{secret}"])
        error: dict[str, JSON] = {
            "message": f"no {quoted}",
            "type": quoted,
            "code": self.chance.choice([1, 2, 4, 10, 17, 100, 190, 200, 368, 803, 80004, 99]),
            "error_subcode": 33,
            "is_transient": False,
            "error_user_title": quoted,
            "error_user_msg": quoted,
            "fbtrace_id": quoted,
            "error_data": {"deep": [{quoted: quoted}]},
        }
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            error[self.chance.choice(list(error))] = self.chance.choice(
                [self._value(), [quoted], {"text": quoted}]
            )
        status: int = self.chance.choice([200, 400, 400, 400, 403, 500])
        return replace(true, status=status, body=_written({"error": error}))

    def _status(self, true: Answer) -> Answer:
        return replace(true, status=self.chance.choice(STATUSES))

    def _header(self, true: Answer) -> Answer:
        return replace(true, headers=(*true.headers, self.chance.choice(HEADERS)))

    def _encoded(self, true: Answer) -> Answer:
        body = true.body
        encoded, header = self.chance.choice(
            [
                (gzip.compress(body), "Content-Encoding: gzip"),
                (b"\xef\xbb\xbf" + body, "X-Mark: of bytes"),
                (
                    body.decode("utf-8", "replace").encode("utf-16"),
                    "Content-Type: a; charset=utf-16",
                ),
                (body.decode("utf-8", "replace").encode("utf-32-le"), "X-Wide: 4"),
                (body.replace(b'"', b'"\xff', 1), "Content-Type: application/json"),
                (body.replace(b'"', b'"\xed\xa0\x80', 1), "Content-Type: application/json"),
                (body + b"\n{}", "X-More: json"),
                (b"for (;;);" + body, "X-Guard: yes"),
                (b"<html>" + body, "Content-Type: text/html"),
                (b"", "X-Empty: yes"),
            ]
        )
        return replace(true, headers=(*true.headers, header), body=encoded)

    # Ways to send it

    def _whole(self, true: Answer) -> Iterator[bytes]:
        yield true.sent()

    def _cut(self, true: Answer) -> Iterator[bytes]:
        whole = true.sent()
        yield whole[: self.chance.randrange(len(whole))]
        if self.chance.random() < 0.5:
            raise ResetError

    def _noisy(self, true: Answer) -> Iterator[bytes]:
        whole = bytearray(true.sent())
        for _ in range(self.chance.choice([1, 5, 50])):
            whole[self.chance.randrange(len(whole))] = self.chance.randrange(256)
        yield bytes(whole) if self.chance.random() < 0.9 else self.chance.randbytes(500)

    def _chunked(self, true: Answer) -> Iterator[bytes]:
        size = self.chance.choice(
            [f"{len(true.body):x}", "-1", "zz", "", "0", "fffffffff", "1;x=y"]
        )
        ending = self.chance.choice([b"\r\n0\r\n\r\n", b"\r\n0\r\n", b"", b"\r\n0\r\nX: y\r\n\r\n"])
        headers = (*true.headers, "Transfer-Encoding: chunked")
        yield replace(true, headers=headers, body=b"").sent()
        yield size.encode() + b"\r\n" + true.body + ending


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value, as what holds it and under which key."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _text(value: JSON) -> str:
    text = json.dumps(value)
    for mark, raw in RAW.items():
        text = text.replace(f'"{mark}"', raw)
    return text


def _written(value: JSON) -> bytes:
    return _text(value).encode()
