"""The schema's text says what the server counts, and other tools read it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    assert_valid_schema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    print_schema,
)

import gateway
from gateway.graphql.planning.cost import assumed_size, directive
from gateway.graphql.printed import printed
from gateway.graphql.schema import make_schema
from tests.clients.node import FOLDER, require_node

SCHEMA = make_schema()
TEXT = printed(SCHEMA)
READ = build_schema(TEXT)


def types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    found = schema.type_map.values()
    return [each for each in found if isinstance(each, GraphQLObjectType) and each.name[:2] != "__"]


def test_the_text_is_the_schema_and_declares_its_directives() -> None:
    assert_valid_schema(READ)
    assert print_schema(READ) == print_schema(SCHEMA)
    listed = READ.get_directive("listSize")
    assert listed is not None
    assert {name: str(each.type) for name, each in listed.args.items()} == {
        "assumedSize": "Int",
        "slicingArguments": "[String!]",
        "sizedFields": "[String!]",
        "requireOneSlicingArgument": "Boolean",
    }


def test_every_list_and_every_connection_says_its_size_and_the_costs_are_those_of_the_server() -> (
    None
):
    lists = connections = 0
    for type_ in types(SCHEMA):
        for name, field in type_.fields.items():
            read = READ.type_map[type_.name].fields[name]  # type: ignore[attr-defined]
            assert directive(read, "cost", "weight") == directive(field, "cost", "weight")
            size = directive(read, "listSize", "assumedSize")
            if get_named_type(field.type).name.endswith("Connection"):
                connections += 1
                [shown] = read.ast_node.directives
                given = {each.name.value for each in shown.arguments}
                assert size == 20
                assert {"slicingArguments", "sizedFields"} <= given
            elif is_list_type(get_nullable_type(field.type)):
                if not type_.name.endswith("Connection"):
                    lists += 1
                    assert size == assumed_size(field)
            else:
                assert size is None
    assert connections >= 7
    assert lists >= 20


@pytest.mark.node
def test_the_library_of_javascript_reads_the_text() -> None:
    node = require_node("graphql")
    script = """
      import { readFileSync } from "node:fs";
      import { assertValidSchema, buildSchema, introspectionFromSchema } from "graphql";
      const schema = buildSchema(readFileSync(process.argv[1], "utf8"));
      assertValidSchema(schema);
      const { directives } = introspectionFromSchema(schema).__schema;
      console.log(directives.map((each) => each.name).sort().join());
    """
    path = Path(gateway.__file__).parent / "schema.graphql"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", script, str(path)],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"listSize", "cost"} <= set(done.stdout.strip().split(","))
