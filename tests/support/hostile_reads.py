"""Documents that look for what takes long to read: deep, wide and tangled, and every argument.

The fields come from the schema: one that is added is tried by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.graphql.limits import Limits
from tests.support.hostile import TEXTS, hostile

DOCUMENT = Limits().document_bytes - 1_000
MANY_IDS = 20_000

Document = tuple[str, str, Mapping[str, Any]]


def documents(schema: GraphQLSchema, kinds: list[str]) -> Iterator[Document]:
    """What each is, the document, and its variables."""
    for name, around, field in fields(schema):
        arguments = {n: a.type for n, a in field.args.items()}
        declared = ",".join(f"${n}:{type_}" for n, type_ in arguments.items())
        given = ",".join(f"{n}:${n}" for n in arguments)
        selection = "" if is_leaf_type(get_named_type(field.type)) else "{__typename}"
        asked = f"{name.rpartition('.')[2]}({given}){selection}"
        document = f"query({declared}){around.replace('*', asked)}"
        for kind in kinds:
            yield (
                f"{name} of {kind}",
                document,
                {n: hostile(type_, TEXTS[kind]) for n, type_ in arguments.items()},
            )
        yield f"{name} of ids", document, {n: ["a"] * MANY_IDS for n in arguments}
    for what, document in tangled(schema):
        yield what, document, {}


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Every field that takes arguments, and the shortest way to it, with `*` in its place."""
    assert schema.query_type is not None
    reached: dict[str, str] = {schema.query_type.name: "{*}"}
    waiting: deque[GraphQLNamedType] = deque([schema.query_type])
    while waiting:
        type_ = waiting.popleft()
        if not isinstance(type_, GraphQLObjectType):
            continue
        around = reached[type_.name]
        for name, field in type_.fields.items():
            if field.args:
                yield f"{type_.name}.{name}", around, field
            inner = get_named_type(field.type)
            if inner.name not in reached and isinstance(inner, GraphQLObjectType):
                reached[inner.name] = around.replace("*", f"{_called(name, field)}{{*}}")
                waiting.append(inner)


def _called(name: str, field: GraphQLField) -> str:
    needed = [n for n, argument in field.args.items() if is_required_argument(argument)]
    given = ",".join(f'{n}:"a"' for n in needed)
    return f"{name}({given})" if needed else name


def tangled(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Documents as large as they may be."""
    yield "braces", "{" * DOCUMENT
    yield "fields within each other", "{a" * (DOCUMENT // 2)
    yield "lists within each other", "{me(a:" + "[" * DOCUMENT
    yield "objects within each other", "{me(a:" + "{a:" * (DOCUMENT // 3)
    yield "types within each other", "query($a:" + "[" * DOCUMENT
    yield "a comment", "#" + "a" * DOCUMENT
    yield "comments", "#\n" * (DOCUMENT // 2)
    yield (
        "lines before errors",
        "{" + "\n" * (DOCUMENT - 200) + "".join(f"a{n} " for n in range(25)) + "}",
    )
    yield "returns before a mistake", "{" + "\r" * (DOCUMENT - 200) + "!"
    yield "commas", "{me" + "," * DOCUMENT + "{id}}"
    yield "a string", '{user(id:"' + "a" * DOCUMENT + '"){id}}'
    yield "escapes", '{user(id:"' + "\\u0041" * (DOCUMENT // 6) + '"){id}}'
    yield "as many escapes as may be", '{user(id:"' + "\\u0041" * Limits().escapes + '"){id}}'
    yield "a string without an end", '{user(id:"' + "a" * DOCUMENT
    yield "a block of lines", '{user(id:"""' + "\n  a" * (DOCUMENT // 4) + '"""){id}}'
    yield "a block of quotes", '{user(id:"""' + '\\"""' * (DOCUMENT // 4) + '"""){id}}'
    yield "an integer", "{users(pagination:{first:" + "9" * DOCUMENT + "}){totalCount}}"
    yield "a float", "{users(pagination:{first:1." + "9" * DOCUMENT + "}){totalCount}}"
    yield "a name", "{" + "a" * DOCUMENT + "}"
    yield "the same field", "{" + "me{id} " * 600 + "}"
    yield "tokens", "{me{" + "id " * (DOCUMENT // 3) + "}}"
    yield "aliases", "{" + "".join(f"a{n}:me{{id}} " for n in range(300)) + "}"
    yield "inline fragments", "{me{" + "...{id} " * 590 + "}}"
    yield "inline fragments within each other", "{" + "...{" * 590 + "me{id}" + "}" * 591
    yield "directives", "{me " + "@skip(if:false) " * 400 + "{id}}"
    yield "unknown directives", "{me " + "@skop " * 1_000 + "{id}}"
    yield "variables", f"query({' '.join(f'$v{n}:ID' for n in range(700))}){{me{{id}}}}"
    yield "the same variable", f"query({'$v:ID ' * 700}){{me{{id}}}}"
    yield "operations", " ".join(f"query q{n}{{me{{id}}}}" for n in range(150))
    yield "members", "{users(filter:{" + "text:1 " * 900 + "}){totalCount}}"
    yield "elements", "{user(id:[" + "1 " * 2_900 + "]){id}}"
    doubled = " ".join(f"fragment f{n} on Query{{...f{n + 1} ...f{n + 1}}}" for n in range(150))
    yield "doubled fragments", "{...f0}" + doubled + "fragment f150 on Query{me{id}}"
    yield "fragments in a circle", "{...f0}" + doubled + "fragment f150 on Query{...f0}"
    lonely = " ".join(f"fragment f{n} on User{{id ...f{(n * 7) % 190}}}" for n in range(190))
    yield "fragments that refer to each other", "{me{...f0}}" + lonely
    differ = " ".join(f'user(id:"{n}"){{id}}' for n in range(290))
    yield "fields that differ", "{" + differ + "}"
    deep = "{user(id:1)" + "{profile{fullName}}" + "}"
    yield (
        "fragments that differ",
        "{" + " ".join(f"...{{a:user(id:{n}){{id}}}}" for n in range(190)) + "}" + deep,
    )
    yield "introspection", "{__schema{types{fields{type{fields{type{fields{name args{name}}}}}}}}}"
    yield (
        "introspections",
        "{" + "".join(f"a{n}:__schema{{types{{name}}}} " for n in range(30)) + "}",
    )
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            typos = " ".join(f"{field[:-1]}x{n}" for n in range(20) for field in type_.fields)
            yield f"typing errors in {name}", f"{{...f}}fragment f on {name}{{{typos}}}"[:DOCUMENT]
