"""The rows of encodings: what is made of the files of films, and where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.content.jobs import PROCESS_VIDEO, ProcessVideo
from protocol.content.video_events import VideoChanged
from protocol.content.video_values import VideoFault, VideoStatus
from protocol.envelope import Address
from protocol.records.content.videos import Source
from protocol.transcoding import Transcoded
from storage.jobs import enqueue
from storage.records.announcing import announce
from storage.records.values import instant

WANTED = "exists (select from videos v where e.id in (v.shown_id, v.next_id))"
UNDER_WAY = "e.state in ('waiting', 'processing') and not e.removing"
ADD = "insert into video_encodings (id, source_id, created_at) values ($1, $2, $3)"
BEGIN = f"""
update video_encodings e set state = 'processing', progress = 0
where e.id = $1 and {UNDER_WAY} and {WANTED}
returning (select object_key from files f where f.id = e.source_id and not f.removing) as key
"""  # noqa: S608
PROGRESS = f"""
update video_encodings e set progress = greatest(progress, $2)
where e.id = $1 and {UNDER_WAY} and {WANTED} returning true
"""  # noqa: S608
COMPLETE = f"""
update video_encodings e
set state = 'ready', progress = 100, duration_ms = $2, width = $3, height = $4, bytes = $5,
    files = $6, ended_at = $7
where e.id = $1 and {UNDER_WAY} returning true
"""  # noqa: S608
FAIL = f"""
update video_encodings e set state = 'failed', fault = $2, ended_at = $3
where e.id = $1 and {UNDER_WAY} returning true
"""  # noqa: S608
# In the order of courses, as everything locks them that locks several.
COURSES = "select course_id from videos where next_id = $1 order by course_id"
LOCK = "select from courses where id = any($1::uuid[]) order by id for no key update"
SHOW = """
update videos set shown_id = next_id, next_id = null, updated_at = $2 where next_id = $1
returning id::text, course_id::text
"""
FAILED = """
update videos set updated_at = $2 where next_id = $1
returning id::text, course_id::text, shown_id is not null as shown
"""
TAKE_LENGTH = """
with changed as (
    update lessons l set duration_minutes = $2, updated_at = $3
    from videos v where v.shown_id = $1 and l.video_id = v.id
        and l.duration_minutes is distinct from $2
    returning l.module_id)
select distinct module_id from changed
"""
MODULE_MINUTES = """
update course_modules m set duration_minutes =
    (select coalesce(sum(l.duration_minutes), 0) from lessons l where l.module_id = m.id)
where m.id = any($1::uuid[])
"""
AGAIN = """
update video_encodings set state = 'waiting', progress = 0, fault = null, ended_at = null
where id = $1 and state = 'failed' returning true
"""
ABANDONED = f"""
select e.id::text from video_encodings e
where {UNDER_WAY} and e.created_at < $1 and not exists (
    select from jobs j where j.kind = $3 and j.unique_key = e.id::text and j.failed_at is null)
order by e.created_at limit $2
"""  # noqa: S608
MARK = f"""
update video_encodings set removing = true where id in (
    select e.id from video_encodings e
    where e.state in ('ready', 'failed') and not e.removing and e.created_at < $1
        and not {WANTED}
    order by e.created_at limit $2 for update skip locked)
"""  # noqa: S608
MARKED = "select id::text from video_encodings where removing order by created_at limit $1"
FORGET = "delete from video_encodings where id = any($1::uuid[]) and removing"
KEYS = f"""
select 'videos/' || e.id || '/' || name as object_key
from video_encodings e, unnest(e.files) as name
where e.state = 'ready' and {WANTED} order by 1
"""  # noqa: S608


async def add(connection: Any, encoding_id: str, file_id: str, at: int) -> None:
    """Note what is to be made of a file, and enqueue that."""
    await connection.execute(ADD, UUID(encoding_id), UUID(file_id), instant(at))
    await process(connection, encoding_id, at)


async def again(connection: Any, encoding_id: UUID, at: int) -> bool:
    """Enqueue the processing of what failed; False for anything else."""
    if not await connection.fetchval(AGAIN, encoding_id):
        return False
    await process(connection, str(encoding_id), at)
    return True


async def process(connection: Any, encoding_id: str, at: int) -> None:
    job = PROCESS_VIDEO.job(
        ProcessVideo(encoding_id=encoding_id), due_at=at, unique_key=encoding_id
    )
    await enqueue(connection, job, now=at)


async def begin(connection: Any, encoding_id: str) -> Source | None:
    """Note that the processing begins. None: it has ended before, or nothing wants it."""
    row = await connection.fetchrow(BEGIN, UUID(encoding_id))
    return None if row is None else Source(key=row["key"])


async def complete(connection: Any, encoding_id: str, made: Transcoded, at: int) -> bool:
    """Show it wherever it is wanted. False if it has ended before."""
    key, now = UUID(encoding_id), instant(at)
    await _lock(connection, key)
    done = await connection.fetchval(
        *(COMPLETE, key, made.duration_ms, made.width, made.height, made.bytes),
        *(list(made.files), now),
    )
    if not done:
        return False
    shown = await connection.fetch(SHOW, key, now)
    minutes = -(-made.duration_ms // 60_000)
    modules = await connection.fetch(TAKE_LENGTH, key, minutes, now)
    await connection.execute(MODULE_MINUTES, [row["module_id"] for row in modules])
    for row in shown:
        await _announce(connection, row, VideoStatus.READY, None, at)
    return True


async def fail(connection: Any, encoding_id: str, fault: VideoFault, at: int) -> bool:
    """Note why there is nothing to show. False if it has ended before."""
    key, now = UUID(encoding_id), instant(at)
    await _lock(connection, key)
    if not await connection.fetchval(FAIL, key, fault, now):
        return False
    for row in await connection.fetch(FAILED, key, now):
        status = VideoStatus.READY if row["shown"] else VideoStatus.FAILED
        await _announce(connection, row, status, fault, at)
    return True


async def collectable(connection: Any, before: int, limit: int) -> Sequence[str]:
    """Mark what nothing shows, and return all that is marked."""
    await connection.execute(MARK, instant(before), limit)
    return [row["id"] for row in await connection.fetch(MARKED, limit)]


async def keys(connection: Any) -> list[str]:
    """The keys of what is shown, in the object storage."""
    return [row["object_key"] for row in await connection.fetch(KEYS)]


async def _lock(connection: Any, key: UUID) -> None:
    """The courses that have it, so that no film is changed or copied meanwhile."""
    courses = [row["course_id"] for row in await connection.fetch(COURSES, key)]
    await connection.execute(LOCK, courses)


async def _announce(
    connection: Any, row: Any, status: VideoStatus, fault: VideoFault | None, at: int
) -> None:
    event = VideoChanged(
        by=None, course_id=row["course_id"], video_id=row["id"], status=status, fault=fault
    )
    await announce(connection, Address("course", row["course_id"]), event, at)
