"""The audit trail as a file: who gets it, what it holds, and that it is read as it is taken."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import pytest
from quart_trio import QuartTrio

from gateway.users import audit_file
from gateway.users.audit_file import AuditFile, filter_of
from gateway.users.pages import audit_pages
from protocol.access import Identity
from protocol.errors import AuthenticationError, AuthorizationError, ValidationError
from protocol.lifecycle import Done
from protocol.selection import Selection, Viewer
from protocol.times import iso
from protocol.users.commands import DisableUser, ExportAuditTrail
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from storage.valkey import Valkey
from tests.actors.users.desk import Desk, HandlerPost
from tests.support.fakes import FakePost, FakeReads, FakeTokens

BEARER = "Bearer vera"


class Trail(FakeReads):
    """So many records, in pages."""

    def __init__(self, records: int) -> None:
        super().__init__()
        self.records = records

    def answer_to(self, selection: Selection, viewer: Viewer) -> bytes:
        first, after = selection.variables["first"], int(selection.variables["after"] or 0)
        numbers = range(after, min(after + first, self.records))
        page = {"hasNextPage": numbers.stop < self.records, "endCursor": str(numbers.stop)}
        return msgspec.json.encode({"nodes": list(map(record, numbers)), "pageInfo": page})


class Admin(FakeTokens):
    """Every token is this administrator's."""

    def __init__(self, user_id: str) -> None:
        super().__init__()
        self.user_id = user_id

    def verify_access(self, token: str) -> Identity:
        return Identity(self.user_id, "a@school.example", "admin", "s", 2**50)


def record(number: int) -> dict[str, Any]:
    return {
        "at": "2026-01-31T12:00:00.000Z",
        "byId": f"b{number}",
        "by": None if number % 2 else {"profile": {"fullName": "=Vera"}},
        "action": "disable",
        "resourceType": "user",
        "resourceId": f"u{number}",
        "details": {} if number % 2 else {"reason": "rude"},
    }


def post(reply: Any = None) -> FakePost:
    made = FakePost()
    made.replies[ExportAuditTrail] = reply or Done()
    return made


async def whole(file: AuditFile, **query: str) -> list[list[str]]:
    first, rest = await file.parts(BEARER, query)
    text = (first + b"".join([part async for part in rest])).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_it_has_every_record_and_no_formula() -> None:
    asked, reads = post(), Trail(250)
    rows = await whole(AuditFile(asked, reads, FakeTokens()), action="disable")
    assert rows[0] == ["At", "By", "Name", "Action", "Resource", "Id", "Details"]
    assert [row[5] for row in rows[1:]] == [f"u{number}" for number in range(250)]
    assert rows[1][2:] == ["'=Vera", "disable", "user", "u0", '{"reason":"rude"}']
    assert rows[2][2:] == ["", "disable", "user", "u1", ""]
    assert asked.sent[0][1] == ExportAuditTrail(by="vera", by_role="student")
    assert {viewer.user_id for viewer in reads.viewers} == {"vera"}
    filters = [each[0][0].variables["filter"] for each in reads.executed]
    assert filters == [{"action": "disable"}] * 3


async def test_nothing_is_read_before_it_is_taken() -> None:
    reads = Trail(1_000)
    _, rest = await AuditFile(post(), reads, FakeTokens()).parts(BEARER, {})
    assert len(reads.executed) == 1
    await anext(rest)
    assert len(reads.executed) == 2
    await rest.aclose()  # type: ignore[attr-defined]


async def test_it_ends_somewhere_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_file, "MAX_ROWS", 200)
    rows = await whole(AuditFile(post(), Trail(250), FakeTokens()))
    assert len(rows) == 202
    assert rows[-1] == ["Only the newest 200 rows: choose a shorter time for the others"]
    assert len(await whole(AuditFile(post(), Trail(200), FakeTokens()))) == 201


@pytest.mark.parametrize("authorization", ["", "Basic dmVyYQ==", "Bearer ", "Bearer bad"])
async def test_a_token_is_needed(authorization: str) -> None:
    reads = Trail(1)
    with pytest.raises(AuthenticationError):
        await AuditFile(post(), reads, FakeTokens()).parts(authorization, {})
    assert not reads.executed


async def test_who_may_not_have_it_gets_nothing() -> None:
    reads = Trail(1)
    with pytest.raises(AuthorizationError):
        await AuditFile(post(AuthorizationError()), reads, FakeTokens()).parts(BEARER, {})
    assert not reads.executed


async def test_a_browser_saves_it() -> None:
    app = QuartTrio(__name__)
    audit_pages(AuditFile(post(), Trail(101), FakeTokens())).add_views(app)
    headers = {"authorization": BEARER}
    response = await app.test_client().get("/audit-trail.csv?action=disable", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="audit-trail.csv"'
    assert response.headers["cache-control"] == "no-store"
    assert len((await response.get_data()).splitlines()) == 102


async def test_with_the_database_behind_it_each_filter_counts(
    database: Database, valkey: Valkey
) -> None:
    desk = Desk(database, valkey)
    admin, user = await desk.school.user("admin"), await desk.school.user()
    as_admin = {"by": admin, "by_role": "admin"}
    at = desk.clock.at
    for step, reason in enumerate(("rude", "=1+1")):
        desk.clock.at = at + 1_000 * step
        await desk.do(DisableUser(**as_admin, user_id=user, reason=reason))
    file = AuditFile(HandlerPost(desk), CompiledReads(database), Admin(admin))
    rows = await whole(file, resourceId=user, action="disable")
    assert [row[1] for row in rows[1:]] == [admin, admin]
    assert [msgspec.json.decode(row[6]) for row in rows[1:]] == [
        {"reason": "=1+1"},
        {"reason": "rude"},
    ]
    assert {row[2] for row in rows[1:]} == {"Mira Okafor"}
    later = await whole(file, byId=admin, action="disable", **{"from": iso(at + 1)})
    assert len(later) == 2
    earlier = await whole(file, resourceType="user", action="disable", until=iso(at + 1_000))
    assert len(earlier) == 2
    # Whoever has had the file stands in it.
    assert len(await whole(file, action="export_audit_trail")) == 5


def test_filters_are_those_of_the_list() -> None:
    query = {"resourceType": "user", "byId": "", "from": "1970-01-01T00:00:01Z", "other": "x"}
    assert filter_of(query) == {"resourceType": "user", "from": 1_000}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "yesterday"}, "INVALID_FORMAT"),
        ({"until": "9999-12-31T23:59:59-23:59"}, "INVALID_FORMAT"),
        ({"action": "x" * 101}, "TOO_LONG"),
    ],
)
def test_a_filter_that_is_none_is_refused(query: dict[str, str], code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        filter_of(query)
    assert [each["code"] for each in refusal.value.details["fields"]] == [code]
