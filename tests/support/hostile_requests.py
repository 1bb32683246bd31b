"""Requests to every route with hostile paths, queries, headers and bodies, each at its bound.

Routes come from the tables of the front, of the pages and of the operators' port, names of
parameters and headers from the source: what is added is tried by itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import gateway
from gateway.front.limits import Limits
from gateway.operators.app import create_operators_app
from supervisors.node import Node
from supervisors.operations import NodeOperations

LINE = Limits().request_line_bytes - 400
HEAD = Limits().head_bytes - 1_000
SOURCE = "".join(path.read_text() for path in Path(gateway.__file__).parent.rglob("*.py"))
PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
ARGUMENT = re.compile(r"(?:args|query|parameters|given)\.get\(\"(\w+)\"|query\[\"(\w+)\"\]")
HEADER = re.compile(r"headers(?:\.get\(|\[)b?\"([\w-]+)\"|\"([\w-]+)\" not in request\.headers")
HEADERS = sorted(
    {name.lower() for name in chain(*HEADER.findall(SOURCE)) if name}
    | {"accept-encoding", "accept-language", "if-none-match", "if-modified-since", "range"}
    | {"forwarded", "x-forwarded-host", "sec-websocket-extensions", "te", "via"}
    - {"content-length", "transfer-encoding"}
)
HOT_ARGUMENTS = ("query", "variables", "extensions", "operationName", "token", "EIO", "transport")


def full(piece: str, size: int) -> str:
    """`piece` again and again, up to that size."""
    return piece * (size // len(piece))


PATHS = {
    "long": full("a", LINE),
    "marks": full("%CC%81%CC%A7", LINE),
    "dots": full("..%2F", LINE),
    "slashes": full("/a", LINE),
    "escapes": full("%25", LINE),
    "no text": full("%FF", LINE),
    "digits": full("9", LINE),
    "short": "a",
}
QUERIES = {
    "names": full("a&", LINE),
    "pairs": full("a=1&", LINE),
    "escapes": full("%41", LINE),
    "semicolons": full("a;", LINE),
    "pluses": "a=" + full("+", LINE),
}
VALUES = {
    "list": full("a, ", HEAD),
    "parameters": "a/b;" + full("a=b;", HEAD),
    "qualities": full("a/b;q=0.1,", HEAD),
    "quotes": 'a="' + full('\\"', HEAD),
    "cookies": full("a=b; ", HEAD),
    "validators": full('W/"a", ', HEAD),
    "dots": full("a.", HEAD),
    "commas": full(",", HEAD),
    "digits": full("9", HEAD),
    "bearer": "Bearer " + full("a.", HEAD),
    "addresses": full("1.1.1.1, ", HEAD),
    "ranges": "bytes=" + full("0-1,", HEAD),
    "bytes": full("\xff", HEAD),
}
BODIES = {
    "lists within each other": full("[", 60_000),
    "objects within each other": full('{"a":', 60_000),
    "a list": "[" + full("1,", 60_000) + "1]",
    "pairs": full("a=1&", 60_000),
    "numbers": full("9", 60_000),
    "parts": full('--a\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n', 60_000) + "--a--",
    "no end": full("--a\r\n", 60_000),
}
MEDIA = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a")


class Route(NamedTuple):
    """One address. `names` are parameters of its query."""

    port: int
    method: str
    path: str
    names: tuple[str, ...]


def routes_of(node: Node) -> Iterator[Route]:
    """All routes of a node that runs."""
    port = int(node.base_url.rsplit(":", 1)[1])
    front: Any = node.front
    routes = front._routes
    for method, path in routes._exact:
        yield Route(port, method, path, HOT_ARGUMENTS)
    for method, prefix, _ in routes._prefixes:
        yield Route(port, method, f"{prefix}<rest>", HOT_ARGUMENTS)
    for path in routes._websockets:
        yield Route(port, "GET", path, HOT_ARGUMENTS)
    yield from _of_app(port, front._bridge._app)
    operators = create_operators_app(NodeOperations(node), token=None, hosts=frozenset())
    yield from _of_app(node.operators_port, operators)


def _of_app(port: int, app: Any) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        names = tuple(filter(None, chain(*ARGUMENT.findall(inspect.getsource(view)))))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield Route(port, method, rule.rule, names)


def requests_to(
    node: Node, known: Mapping[str, str], token: str, *, thorough: bool
) -> Iterator[tuple[str, int, bytes]]:
    """What each is, its port, and its bytes. `known` fills in a path with what there is.

    What routes share is tried on one of each application, unless it is to be `thorough`.
    """
    seen: set[int] = set()
    for number, route in enumerate(routes_of(node)):
        whole = thorough or route.port not in seen
        seen.add(route.port)
        for what, target, headers, body in _tries(route, None if whole else number, known, token):
            where = f"{route.method} {route.path}: {what}"
            yield where, route.port, _request(route.method, target, headers, body)


Try = tuple[str, str, Mapping[str, str], str]


def _tries(route: Route, number: int | None, known: Mapping[str, str], token: str) -> Iterator[Try]:
    ours = {"authorization": f"Bearer {token}"}
    path = _filled(route.path, known, "a")
    yield "of a guest", path, {}, ""
    for what, target in _targets(route, number, path, known):
        yield what, target, ours, ""
    for what, headers in _heads(number):
        yield what, path, headers, ""
    if route.method == "POST":
        for kind, text in BODIES.items():
            for media in MEDIA:
                yield f"{kind} as {media}", path, {**ours, "content-type": media}, text


def _targets(
    route: Route, number: int | None, path: str, known: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    yield "signed in", path
    for kind, text in PATHS.items() if "<" in route.path else ():
        yield f"path of {kind}", _filled(route.path, known, text)
        yield f"path of nothing but {kind}", _filled(route.path, {}, text)
    queries = list(QUERIES.items())
    for kind, text in queries if number is None else queries[number % len(queries) :][:1]:
        yield f"query of {kind}", f"{path}?{text}"
    for name in route.names:
        for kind, text in PATHS.items():
            yield f"{name} of {kind}", f"{path}?{name}={text}"


def _heads(number: int | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """All values of all headers; of one among many routes, a value for every third header."""
    yield "headers", {f"x-{n}": "a" for n in range(95)}
    kinds = list(VALUES)
    for place, name in enumerate(HEADERS):
        if number is None:
            tried = kinds
        else:
            tried = [kinds[(number + place) % len(kinds)]][: (number + place) % 3 == 0]
        for kind in tried:
            yield f"{name} of {kind}", {name: VALUES[kind]}


def _filled(path: str, known: Mapping[str, str], text: str) -> str:
    places = PARAMETER.findall(path)
    share = len(text) // max(1, len(places))
    return PARAMETER.sub(lambda place: known.get(place[2], text[: max(1, share)]), path)


def _request(method: str, target: str, headers: Mapping[str, str], body: str) -> bytes:
    every = {"host": "127.0.0.1", "connection": "close", "x-stoa-operator": "1", **headers}
    every["content-length"] = str(len(body.encode()))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body.encode()
