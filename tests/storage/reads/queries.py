"""Random valid queries over the schema, for hypothesis."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from tests.storage.reads.school import uid

IDS = [
    str(uid(name))
    for name in (
        *("stu", "gone", "ada", "open", "hidden", "old", "other", "open-1-1-quiz"),
        *("open-2-1-quiz", "open-3-1-quiz"),
        *(
            "open-stu",
            "old-stu",
            "open-tim",
            "open-1-2-quiz",
            "hidden-1-1-quiz",
            "other-1-1-quiz",
            "lobby",
            "over",
        ),
    )
] + ["not-an-id", "'; drop table users; --"]
SORTS = ["NEWEST", "OLDEST", "TITLE", "POPULAR", "RATING", "PRICE"]
FILTERS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "CourseFilter": {
        "category": st.sampled_from(["art", "math", "x' or true --"]),
        "difficulty": st.just("BEGINNER"),
        "instructorId": st.sampled_from([str(uid("ada")), str(uid("bob")), "nobody"]),
        "free": st.booleans(),
        "maxPrice": st.sampled_from(["0", "20.00"]),
        "minRating": st.sampled_from([0, 4.5]),
        "title": st.sampled_from(["", "COURSE", "open", "%"]),
    },
    "UserFilter": {
        "role": st.sampled_from(["STUDENT", "EDUCATOR"]),
        "disabled": st.booleans(),
        "text": st.sampled_from(["", "ADA", "school.example", "' or true --"]),
    },
    "AuditFilter": {
        "resourceType": st.sampled_from(["user", "course"]),
        "resourceId": st.sampled_from([str(uid("una")), "x"]),
        "byId": st.sampled_from([str(uid("admin")), str(uid("ada")), "nobody"]),
    },
}
NUMBERS = ["AAAA-BBBB-CCCC-DDDD", " aaaa-bbbb-cccc-dddd ", "nothing", "' or '1'='1"]
PINS = ["123456", "654321", "000000", "' or '1'='1"]
CURSORS = {"cursor", "startCursor", "endCursor"}
MAX_DEPTH = 5


@dataclass
class Written:
    """A query being written: its variables, its fragments, how many names were given out."""

    draw: st.DrawFn
    schema: GraphQLSchema
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def selection_set(self, type_: GraphQLObjectType, depth: int) -> str:
        possible = [
            (name, each)
            for name, each in type_.fields.items()
            if name not in CURSORS
            and (depth < MAX_DEPTH or is_leaf_type(get_named_type(each.type)))
        ]
        if not possible:
            return "{ __typename }"  # as below the edges of a connection, as deep as it gets
        count = min(4, len(possible))
        chosen = self.draw(
            st.lists(st.sampled_from(possible), max_size=count, unique_by=lambda each: each[0])
        )
        parts = [self.decorated(type_, self.field(name, each, depth)) for name, each in chosen]
        if not parts or self.chance(6):
            parts.append("__typename" if self.chance(2) else f"{self.name('t')}: __typename")
        return "{ " + " ".join(parts) + " }"

    def decorated(self, type_: GraphQLObjectType, text: str) -> str:
        """Perhaps inside a fragment, perhaps behind a directive."""
        kind = self.draw(st.sampled_from(["", "", "", "", "inline", "named", "directive"]))
        if kind == "inline":
            return f"... on {type_.name} {{ {text} }}"
        if kind == "named":
            name = self.name("F")
            self.fragments.append(f"fragment {name} on {type_.name} {{ {text} }}")
            return f"...{name}"
        if kind == "directive":
            value = self.draw(st.booleans())
            name = self.name("v")
            self.variables[name] = ("Boolean!", value)
            word = self.draw(st.sampled_from(["skip", "include"]))
            return f"... @{word}(if: ${name}) {{ {text} }}"
        return text

    def field(self, name: str, each: GraphQLField, depth: int, *, aliased: bool = False) -> str:
        arguments = self.arguments(each)
        text = f"{self.name('a')}: {name}" if aliased or arguments or self.chance(4) else name
        text += f"({', '.join(arguments)})" if arguments else ""
        type_ = get_named_type(each.type)
        if isinstance(type_, GraphQLObjectType):
            text += " " + self.selection_set(type_, depth + 1)
        return text

    def arguments(self, each: GraphQLField) -> list[str]:
        parts = []
        for name, argument in each.args.items():
            if name == "after" or (not is_required_argument(argument) and self.chance(2)):
                continue
            value, literal = self.value(name, str(get_named_type(argument.type)))
            if self.chance(2):
                variable = self.name("v")
                self.variables[variable] = (str(argument.type), value)
                literal = f"${variable}"
            parts.append(f"{name}: {literal}")
        return parts

    def value(self, name: str, type_: str) -> tuple[Any, str]:
        """A value, and the same as a literal."""
        if name in ("id", "enrollmentId", "courseId"):
            chosen = self.draw(st.sampled_from(IDS))
            return chosen, f'"{chosen}"'
        if name == "certificateId":
            chosen = self.draw(st.sampled_from(NUMBERS))
            return chosen, f'"{chosen}"'
        if name == "pin":
            chosen = self.draw(st.sampled_from(PINS))
            return chosen, f'"{chosen}"'
        if name == "status":
            chosen = self.draw(st.sampled_from(["ACTIVE", "COMPLETED", "DROPPED"]))
            return chosen, chosen
        if name == "slug":
            chosen = self.draw(st.sampled_from(["course-open", "course-hidden", "nothing"]))
            return chosen, f'"{chosen}"'
        if name == "sort":
            chosen = self.draw(st.sampled_from(SORTS))
            return chosen, chosen
        if name == "filter":
            return self.filter(FILTERS[type_])
        first = self.draw(st.integers(0, 5))
        if name == "first":
            return first, str(first)
        assert name == "pagination", name
        return {"first": first}, f"{{first: {first}}}"

    def filter(self, possible: dict[str, st.SearchStrategy[Any]]) -> tuple[dict[str, Any], str]:
        """Some members of an input."""
        chosen: dict[str, Any] = self.draw(st.fixed_dictionaries({}, optional=possible))
        members = ", ".join(
            f"{name}: {value if name in ('difficulty', 'role') else json.dumps(value)}"
            for name, value in chosen.items()
        )
        return chosen, f"{{{members}}}"


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """A query and its variables."""
    assert schema.query_type is not None
    written = Written(draw, schema)
    root = schema.query_type
    names = draw(st.lists(st.sampled_from(sorted(root.fields)), min_size=1, max_size=3))
    body = " ".join(
        written.decorated(root, written.field(name, root.fields[name], 1, aliased=True))
        for name in names
    )
    declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in written.variables.items())
    head = f"query Q({declared})" if declared else "query Q"
    text = "\n".join([f"{head} {{ {body} }}", *written.fragments])
    return text, {name: value for name, (_, value) in written.variables.items()}
