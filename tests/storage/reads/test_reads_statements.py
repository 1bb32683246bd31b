"""Statements: one for each root field, kept, bound and safe; pages by cursor."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gateway.graphql.schema import DOMAINS, make_schema
from protocol.errors import ValidationError
from protocol.selection import Argument, Field, Selection, Viewer
from storage.postgres import Database
from storage.reads import reads as module
from storage.reads.compiler import compile_root
from storage.reads.model import Embedded, Value
from storage.reads.reads import MODEL, CompiledReads
from tests.domains.assessments import QUESTIONS
from tests.gateway.graphql.harness import Service
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school

VIEWERS = viewers()
SCHOOL = make_school()
NASTY = ["' or true --", "'; drop table users; --", "{t}", "$1", "%s", "\\", 'a"b', "\u2028"]


class CountingDatabase:
    """Counts the handoffs and the statements of a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.handoffs = 0
        self.statements: list[str] = []

    async def run(self, unit: Any, *, transaction: bool = True) -> Any:
        assert not transaction
        return await self.database.run(self.counted(unit), transaction=False)

    def submit(self, unit: Any, done: Any, *, transaction: bool = True) -> None:
        assert not transaction
        self.database.submit(self.counted(unit), done, transaction=False)

    def counted(self, unit: Any) -> Any:
        self.handoffs += 1

        async def count(connection: Any) -> Any:
            return await unit(CountingConnection(connection, self.statements))

        return count


class CountingConnection:
    """Notes every statement."""

    def __init__(self, connection: Any, statements: list[str]) -> None:
        self.connection = connection
        self.statements = statements

    async def fetchval(self, sql: str, *bound: Any) -> Any:
        self.statements.append(sql)
        return await self.connection.fetchval(sql, *bound)


async def test_a_request_is_one_handoff_and_one_statement_for_each_root_field(
    database: Database,
) -> None:
    await insert(database, SCHOOL)
    counting = CountingDatabase(database)
    service = Service(CompiledReads(counting))  # type: ignore[arg-type]
    query = """query($id: ID!) {
      course(id: $id) { modules { lessons { quizzes { questions { id } lesson { id } } } }
                        instructor { profile { fullName } } }
      myEnrollments { course { modules { lessons { title } } } student { id } }
      courses { nodes { instructor { id } } edges { node { id } cursor } totalCount
                pageInfo { endCursor } }
    }"""
    for _ in range(2):
        response = await service.ask(query, {"id": str(uid("open"))}, viewer=VIEWERS["stu"])
        assert response.codes == []
    assert counting.handoffs == 2
    assert len(counting.statements) == 6
    assert counting.statements[:3] == counting.statements[3:]


@pytest.mark.parametrize("text", [*NASTY, "\x00"])
@pytest.mark.parametrize(
    "query",
    [
        "query($x: ID!) { course(id: $x) { id } }",
        "query($x: String!) { liveQuizByPin(pin: $x) { id } }",
        "query($x: String!) { courses(filter: {category: $x}) { totalCount } }",
        "query($x: ID!) { courses(filter: {instructorId: $x}) { totalCount } }",
        "query($x: String!) { courses(pagination: {after: $x}) { totalCount } }",
    ],
)
async def test_no_argument_becomes_sql(database: Database, query: str, text: str) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    response = await service.ask(query, {"x": text}, viewer=VIEWERS["stu"])
    assert set(response.codes) <= {"VALIDATION_ERROR"}
    for value in (response.json.get("data") or {}).values():
        assert value in (None, {"totalCount": 0})


def test_a_response_key_that_is_no_name_is_never_written_into_a_statement() -> None:
    for alias in ("a'b", 'a"b', "a b", "", "é", "a\n"):
        field = Field(name="me", alias="me", children=(Field(name="id", alias=alias),))
        with pytest.raises(ValueError, match=r".*"):
            compile_root(MODEL, field)


def test_arguments_and_viewer_are_parameters_and_not_text() -> None:
    field = Field(
        name="course",
        alias="c",
        arguments={"id": Argument("0.id")},
        children=(Field(name="id", alias="id"),),
    )
    statement = compile_root(MODEL, field)
    viewer = Viewer(user_id=str(uid("stu")), role="student' or true")
    bound = statement.bind({"0.id": str(uid("open"))}, viewer)
    assert set(bound) == {uid("open"), uid("stu"), "student' or true"}
    assert "student" not in statement.sql.replace("student_id", "")


@pytest.mark.parametrize(
    ("asked", "visits"),
    [
        ("id __typename profile { fullName }", False),
        ("id role", True),
        ("email", True),
        ("lastLogin", True),
    ],
)
async def test_a_row_of_which_only_the_id_is_needed_is_not_visited(
    database: Database, asked: str, visits: bool
) -> None:
    await insert(database, SCHOOL)
    counting = CountingDatabase(database)
    service = Service(CompiledReads(counting))  # type: ignore[arg-type]
    answer = await service.ask(f"{{ courses {{ nodes {{ instructor {{ {asked} }} }} }} }}")
    assert answer.codes == []
    assert all(node["instructor"] is not None for node in answer.data["courses"]["nodes"])
    assert ("from users" in counting.statements[0]) is visits


async def test_pages_follow_one_another_without_a_gap_or_a_repetition(database: Database) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    query = """query($id: ID!, $after: String) { liveQuiz(id: $id) {
      results(first: 1, after: $after) {
        edges { cursor node { playerId } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } } }"""
    seen, after, more = [], None, True
    while more:
        variables = {"id": str(uid("over")), "after": after}
        response = await service.ask(query, variables, viewer=VIEWERS["stu"])
        page = response.data["liveQuiz"]["results"]
        info = page["pageInfo"]
        assert page["totalCount"] == 4
        assert info["hasPreviousPage"] == (after is not None)
        assert info["startCursor"] == info["endCursor"] == page["edges"][0]["cursor"]
        seen.append(page["edges"][0]["node"]["playerId"])
        after, more = info["endCursor"], info["hasNextPage"]
    assert seen == ["stu", "guest-1", "una", "gone"]


async def test_courses_of_the_same_age_are_paged_by_their_id(database: Database) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    query = """query($after: String) { myCourses(pagination: {first: 1, after: $after}) {
      nodes { slug } pageInfo { endCursor hasNextPage } } }"""
    seen, after, more = [], None, True
    while more:
        response = await service.ask(query, {"after": after}, viewer=VIEWERS["ada"])
        page = response.data["myCourses"]
        seen.append(page["nodes"][0]["slug"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert sorted(seen) == ["course-hidden", "course-old", "course-open"]


@pytest.mark.parametrize(
    ("quiz", "viewer", "count"),
    [
        ("open-1-1-quiz", "stu", 0),
        ("open-3-1-quiz", "stu", 0),
        ("open-2-1-quiz", "stu", len(QUESTIONS)),
        ("open-1-1-quiz", "ada", len(QUESTIONS) + 1),
    ],
    ids=["lobby", "running", "finished", "their teacher, who sees the draft too"],
)
async def test_students_see_no_question_of_a_quiz_while_a_live_game_on_it_lasts(
    database: Database, quiz: str, viewer: str, count: int
) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    query = "query($id: ID!) { quiz(id: $id) { questions { questionText options } } }"
    response = await service.ask(query, {"id": str(uid(quiz))}, viewer=VIEWERS[viewer])
    assert len(response.data["quiz"]["questions"]) == count


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b'["1"]').decode(),
        base64.b64encode(b'["yesterday","x"]').decode(),
        base64.b64encode(b'["2026-01-01 00:00:00+00","not-an-id"]').decode(),
    ],
)
async def test_a_cursor_that_is_none_is_a_validation_error(database: Database, cursor: str) -> None:
    service = Service(CompiledReads(database))
    response = await service.ask(
        "query($c: String) { courses(pagination: {after: $c}) { totalCount } }", {"c": cursor}
    )
    assert response.codes == ["VALIDATION_ERROR"]


async def test_statements_are_bounded_and_kept_by_the_identity_of_their_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_STATEMENTS", 2)
    reads = CompiledReads(None)  # type: ignore[arg-type]
    fields = [
        Field(name="me", alias="me", children=(Field(name="id", alias="id"),)) for _ in range(3)
    ]
    first = reads.statement(fields[0])
    assert reads.statement(fields[0]) is first
    assert reads.statement(fields[1]) is not first
    reads.statement(fields[2])
    assert reads.statement(fields[0]) is not first


async def test_a_wrong_argument_is_said_before_anything_is_asked() -> None:
    reads = CompiledReads(None)  # type: ignore[arg-type]
    field = Field(
        name="liveQuizByPin",
        alias="l",
        arguments={"pin": "\ud800"},
        children=(Field(name="id", alias="id"),),
    )
    with pytest.raises(ValidationError):
        await reads.execute([Selection(field=field)], Viewer())


def test_the_model_knows_every_field_of_the_schema_and_hides_only_what_may_be_null() -> None:
    schema = make_schema()
    assert schema.query_type is not None
    actor_queries = {name for domain in DOMAINS for name in domain.actor_queries}
    assert set(schema.query_type.fields) - actor_queries <= set(MODEL.roots)
    for name, type_ in MODEL.types.items():
        declared = schema.type_map[name].fields  # type: ignore[attr-defined]
        assert set(declared) == set(type_.fields), name
        for field, shape in type_.fields.items():
            nullable = not str(declared[field].type).endswith("!")
            may_be_null = not isinstance(shape, Embedded) and getattr(shape, "nullable", False)
            assert nullable == may_be_null, f"{name}.{field}"
            if isinstance(shape, Value) and shape.visible:
                assert nullable, f"{name}.{field}"
