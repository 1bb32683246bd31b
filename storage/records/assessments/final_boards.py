"""The stored results of finished games in SQL, to compare a replay with."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.assessments.live.commands import KIND
from protocol.assessments.points import hundredths, points_of
from protocol.records.assessments import FinalRow
from storage.postgres import Connection, Database
from storage.records.values import maybe_uuid

EXISTS = "select exists (select from live_quizzes where id = $1)"
# As the game gave them, whatever was decided since. Sorted as Python sorts, whatever the database's
# collation: guests' ids have letters of both cases.
ROWS = """
select player_id, coalesce(played_score, score) as score, coalesce(played_rank, rank) as rank,
       coalesce(played_correct, correct) as correct, answered
from live_quiz_results
where live_quiz_id = $1 order by player_id collate "C"
"""
UNREACHABLE = """
select a.key from journal_archives a
where a.kind = $1 and a.last_at < $2
    and not exists (select from live_quizzes l where l.id::text = a.key)
order by a.key limit $3
"""


class PostgresFinalBoards:
    """Implements `protocol.records.assessments.FinalBoards`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self, live_quiz_id: str) -> Sequence[FinalRow] | None:
        key = maybe_uuid(live_quiz_id)

        async def unit(connection: Connection) -> Sequence[FinalRow] | None:
            if not await connection.fetchval(EXISTS, key):
                return None
            rows = map(dict, await connection.fetch(ROWS, key))
            return [
                FinalRow(**{**row, "score": points_of(hundredths(row["score"]))}) for row in rows
            ]

        return await self._database.run(unit, transaction=False)

    async def unreachable(self, *, before: int, limit: int) -> Sequence[str]:
        async def unit(connection: Connection) -> list[str]:
            return [row["key"] for row in await connection.fetch(UNREACHABLE, KIND, before, limit)]

        return await self._database.run(unit, transaction=False)
