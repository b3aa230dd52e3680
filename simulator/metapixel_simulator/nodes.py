"""Nodes of the graph, and their conversion into answers with fields, expansions and pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import errors
from .calls import Call
from .fields import Field, parse_fields
from .switches import Switches

FORBIDDEN = 403
#: The rows on a page if a call has no parameter `limit`.
DEFAULT_PAGE_SIZE = 25


@dataclass(frozen=True)
class Node:
    """A node.

    `values` maps fields to their values; a value can be another node. `edges` maps each field that
    can be expanded to a function, which takes the modifiers of the expansion. If a call requests
    no fields, the answer contains the fields in `default`.
    """

    type: str
    id: str
    values: Mapping[str, object] = field(default_factory=dict)
    edges: Mapping[str, Callable[[Mapping[str, str]], Sequence[Node]]] = field(default_factory=dict)
    default: tuple[str, ...] = ("id", "name")


@dataclass(frozen=True)
class Writer:
    """The conversion of nodes into the answer of a call."""

    call: Call
    switches: Switches

    def node(self, node: Node) -> dict[str, object]:
        fields = self._asked()
        self._check_amount(1, fields, node)
        return self._write(node, fields)

    def edge(self, nodes: Sequence[Node], *, plain: bool) -> dict[str, object]:
        """Return a page of an edge, with a `summary` if the call requests one.

        If `plain` is True, the answer has no `summary`, and `paging` only if another page follows.
        """
        fields = self._asked()
        params = self.call.params
        limit = self._limit(params)
        if nodes:
            self._check_amount(limit, fields, nodes[0])
        answer = self._page(nodes, fields, params, self.call.url)
        if plain and "next" not in str(answer.get("paging")):
            answer.pop("paging", None)
        if not plain and params.get("summary", "false") not in ("false", "0", "[]", ""):
            answer["summary"] = {"total_count": len(nodes)}
        return answer

    def _asked(self) -> tuple[Field, ...] | None:
        text = self.call.params.get("fields", "").strip()
        if text.startswith("["):
            text = ",".join(str(each) for each in self.call.list("fields"))
        return parse_fields(text) if text else None

    def _write(self, node: Node, fields: tuple[Field, ...] | None) -> dict[str, object]:
        if fields is None:
            fields = tuple(Field(name) for name in node.default)
        answer: dict[str, object] = {}
        for asked in fields:
            name = asked.name
            if name in node.edges:
                answer |= self._expanded(node, asked)
            elif name in node.values:
                value = node.values[name]
                if value is not None:
                    answer[name] = self._value(value, asked)
            elif name != "id":
                raise errors.bad_parameter(
                    f"Tried accessing nonexisting field ({name}) on node type ({node.type})"
                )
        answer["id"] = node.id
        return answer

    def _value(self, value: object, asked: Field) -> object:
        if isinstance(value, Node):
            return self._write(value, asked.fields)
        if asked.fields is not None:
            raise errors.bad_parameter(f"Syntax error: the field {asked.name} has no subfields")
        return value

    def _expanded(self, node: Node, asked: Field) -> dict[str, object]:
        try:
            page = self._expansion(node, asked)
        except errors.GraphError as error:
            if error.status == FORBIDDEN and self.switches.unreadable_edge == "omitted":
                return {}
            raise
        omitted = self.switches.empty_edge == "omitted" and not page["data"]
        return {} if omitted else {asked.name: page}

    def _expansion(self, node: Node, asked: Field) -> dict[str, object]:
        nodes = node.edges[asked.name](asked.args)
        secrets = self.call.in_query & {"access_token", "appsecret_proof"}
        params = {**{name: self.call.params[name] for name in sorted(secrets)}, **asked.args}
        if asked.fields:
            params["fields"] = _spelled(asked.fields)
        # A client reads the further pages of an expanded edge from the edge itself.
        path = f"{node.id}/{asked.name}"
        edge = replace(self.call, path=path, params=params, in_query=frozenset(params))
        return self._page(nodes, asked.fields, asked.args, edge.url)

    def _page(
        self,
        nodes: Sequence[Node],
        fields: tuple[Field, ...] | None,
        params: Mapping[str, str],
        url: Callable[[Mapping[str, str]], str],
    ) -> dict[str, object]:
        limit = self._limit(params)
        start = _place(params["after"], nodes) + 1 if params.get("after") else 0
        page = nodes[start : start + limit]
        answer: dict[str, object] = {"data": [self._write(each, fields) for each in page]}
        if not page:
            return answer
        first, last = _cursor(start, page[0]), _cursor(start + len(page) - 1, page[-1])
        paging: dict[str, object] = {"cursors": {"before": first, "after": last}}
        if start + limit < len(nodes):
            paging["next"] = url({"limit": str(limit), "after": last})
        answer["paging"] = paging
        return answer

    def _limit(self, params: Mapping[str, str]) -> int:
        text = params.get("limit")
        if text is None:
            return min(DEFAULT_PAGE_SIZE, self.switches.max_page_size)
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise errors.bad_parameter("Param limit must be a positive integer")
        return min(int(text), self.switches.max_page_size)

    def _check_amount(self, limit: int, fields: tuple[Field, ...] | None, node: Node) -> None:
        most = self.switches.max_rows_per_call
        expanded = [each for each in fields or () if each.name in node.edges]
        rows = limit * (1 + sum(self._limit(each.args) for each in expanded))
        if most != "never" and rows > int(most):
            raise errors.too_much_data()


def _spelled(fields: tuple[Field, ...] | None) -> str:
    spelled = []
    for each in fields or ():
        args = "".join(f".{key}({value})" for key, value in each.args.items())
        inner = f"{{{_spelled(each.fields)}}}" if each.fields else ""
        spelled.append(f"{each.name}{args}{inner}")
    return ",".join(spelled)


def _cursor(place: int, node: Node) -> str:
    return base64.urlsafe_b64encode(f"{place}:{node.id}".encode()).decode()


def _place(cursor: str, nodes: Sequence[Node]) -> int:
    """Return the position of the row that a cursor names.

    If this row no longer exists, return the position before its former position.
    """
    try:
        place, _, node_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        number = int(place)
    except (binascii.Error, UnicodeError, ValueError):
        raise errors.bad_parameter("Invalid cursors values.") from None
    if 0 <= number < len(nodes) and nodes[number].id == node_id:
        return number
    for now, node in enumerate(nodes):
        if node.id == node_id:
            return now
    # The row was deleted, so the next row has moved up to the position of the deleted row.
    return number - 1
