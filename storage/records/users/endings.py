"""The ends of sessions in SQL, in the transaction of whatever ends them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.wakes import REVOCATIONS
from storage.records.values import instant
from storage.wakes import wake_on_commit

END = """
insert into ended_sessions (user_id, session_id, began_before, ended_at) values ($1, $2, $3, $4)
on conflict (user_id, session_id) do update
set began_before = greatest(ended_sessions.began_before, excluded.began_before),
    ended_at = greatest(ended_sessions.ended_at, excluded.ended_at)
"""
NOT_ENDED = """
not exists (select from ended_sessions e
            where e.user_id = u.id and e.session_id in ('', $2) and e.began_before > $3)
"""
"""Of the account `u`: its session `$2`, which began at `$3`, was not ended."""
MAX_SESSION_ID = 64


async def end_sessions(
    connection: Any, user_id: UUID, at: int, session_id: str | None = None
) -> None:
    """End every session of an account that began before `at`, or one of them.

    No token of theirs is good any more once this has been committed and every process has heard of
    it (`storage.revocations`).
    """
    # One session may have ended in the millisecond in which it began.
    before = at if session_id is None else at + 1
    row = (user_id, (session_id or "")[:MAX_SESSION_ID], instant(before), instant(at))
    await connection.execute(END, *row)
    wake_on_commit(connection, REVOCATIONS)
