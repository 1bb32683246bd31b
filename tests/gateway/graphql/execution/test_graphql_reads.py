"""GraphQL over the real compiler and a real PostgreSQL."""

from __future__ import annotations

from protocol.courses.commands import CreateCourse
from protocol.courses.events import CourseCreated
from protocol.users.commands import Register
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service, signed_in
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school

VIEWERS = viewers()

COURSE = """
query Course($id: ID!) {
  course(id: $id) {
    title
    instructor { id profile { fullName } }
    modules { title orderNumber lessons { title type contentText } prerequisite { orderNumber } }
  }
}
"""


async def school_service(database: Database) -> Service:
    await insert(database, make_school())
    return Service(CompiledReads(database))


async def test_a_course_is_read_with_its_modules_lessons_and_instructor(
    database: Database,
) -> None:
    service = await school_service(database)
    response = await service.ask(COURSE, {"id": str(uid("open"))}, viewer=VIEWERS["stu"])
    assert response.status == 200
    course = response.data["course"]
    assert course["title"] == "Course open"
    assert course["instructor"]["id"] == str(uid("ada"))
    assert course["instructor"]["profile"]["fullName"].startswith('Ada "\\')
    assert [module["orderNumber"] for module in course["modules"]] == [1, 2, 3]
    assert course["modules"][1]["prerequisite"] == {"orderNumber": 1}
    first = course["modules"][0]["lessons"]
    assert [lesson["type"] for lesson in first] == ["TEXT", "QUIZ"]
    assert first[1]["contentText"] == "SECRET TEXT open-1-2"


async def test_a_mutation_is_a_command_and_its_payload_is_read_back(database: Database) -> None:
    service = await school_service(database)
    service.post.replies[CreateCourse] = CourseCreated(
        course_id=str(uid("hidden")), slug="course-hidden"
    )
    response = await service.ask(
        """mutation { made: createCourse(input: {
             title: "T", description: "D", category: "art", difficulty: BEGINNER,
             price: {amount: "19.90"} }) { id status price { amount currency } } }""",
        viewer=VIEWERS["ada"],
    )
    assert response.json == {
        "data": {
            "made": {
                "id": str(uid("hidden")),
                "status": "DRAFT",
                "price": {"amount": "19.90", "currency": "USD"},
            }
        }
    }
    (command,) = service.post.commands
    assert isinstance(command, CreateCourse)
    assert (command.by, command.price) == (str(uid("ada")), 1990)


async def test_who_registers_reads_the_payload_as_the_new_user(database: Database) -> None:
    service = await school_service(database)
    service.post.replies[Register] = signed_in(str(uid("stu")))
    response = await service.ask(
        """mutation { register(input: {email: "a@b.c", password: "secret", fullName: "A"}) {
             accessToken accessTokenExpiresAt refreshToken user { email } __typename } }"""
    )
    payload = response.data["register"]
    assert payload["user"] == {"email": "stu@school.example"}
    assert payload["refreshToken"] is None
    assert payload["accessTokenExpiresAt"] == "2026-01-01T00:15:00.123Z"
    assert payload["__typename"] == "AuthPayload"
    assert b"HttpOnly" in response.headers[b"set-cookie"]


RUNNING = "query ($id: ID!) { course(id: $id) { liveQuizzes { title pin } teachers { id } } }"


async def test_running_games_are_shown_to_who_may_enter_and_their_pins_to_who_teaches(
    database: Database,
) -> None:
    service = await school_service(database)

    async def shown(viewer: str) -> list[tuple[str, str | None]]:
        answer = await service.ask(RUNNING, {"id": str(uid("open"))}, viewer=VIEWERS[viewer])
        course = answer.data["course"]
        assert {each["id"] for each in course["teachers"]} == {str(uid("ada")), str(uid("cora"))}
        return sorted((game["title"], game["pin"]) for game in course["liveQuizzes"])

    for teacher in ("ada", "cora", "admin"):
        assert await shown(teacher) == [("Game lobby", "123456"), ("Game running", "654321")]
    assert await shown("stu") == [("Game lobby", None), ("Game running", None)]
    for outsider in ("tim", "una", "bob", "nobody"):  # Tim has dropped out
        assert await shown(outsider) == []
