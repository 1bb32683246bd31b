"""Who sees the picture and the biography of whom."""

from __future__ import annotations

from typing import Any

import pytest

from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school

QUERY = """query($id: ID!) {
  course(id: $id) { instructor { profile { fullName bio avatarUrl } } }
}"""
CLOSED = "update users set {column} = now() where id = $1"
SHOWN = """
update user_profiles set bio = 'I teach', avatar_url = '/avatars/a.png',
    privacy_settings = jsonb_build_object('audience', $2::text) where user_id = $1
"""


@pytest.mark.parametrize(
    ("audience", "closed", "seen"),
    [
        ("everybody", None, True),
        ("nobody", None, False),
        ("everybody", "disabled_at", False),
        ("everybody", "deleted_at", False),
    ],
)
async def test_others_see_what_an_open_account_shows_everybody(
    database: Database, audience: str, closed: str | None, seen: bool
) -> None:
    await insert(database, make_school())
    course = str(uid("open"))

    async def unit(connection: Any) -> None:
        teacher = await connection.fetchval(
            "select instructor_id from courses where id = $1", uid("open")
        )
        await connection.execute(SHOWN, teacher, audience)
        if closed:
            await connection.execute(CLOSED.format(column=closed), teacher)

    await database.run(unit)
    service = Service(CompiledReads(database))
    found = {}
    for viewer in ("nobody", "stu", "admin"):
        response = await service.ask(QUERY, {"id": course}, viewer=viewers()[viewer])
        instructor = response.json["data"]["course"]["instructor"]
        found[viewer] = instructor and instructor["profile"]
    for viewer in ("nobody", "stu"):
        profile = found[viewer] or {"bio": None, "avatarUrl": None}
        said = ("I teach", "/avatars/a.png") if seen else (None, None)
        assert (profile["bio"], profile["avatarUrl"]) == said, viewer
    if closed != "deleted_at":
        assert found["admin"]["avatarUrl"] == "/avatars/a.png"
