"""Results counted anew: answers are read and rows written some hundreds at a time.

What is counted in between is counted in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from protocol.assessments.points import Points, hundredths, points_of
from protocol.assessments.results import MAX_CHANGED, ChangedResult, LiveQuizRescored, Rescored
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from protocol.records.assessments import (
    Counted,
    NewDecision,
    PlayedAnswer,
    Recount,
    Recounting,
)
from storage.records.assessments.decided import PlayedGame
from storage.records.values import json_text

AT_ONCE = 250
"""Answers that are counted at once: some milliseconds of a thread."""

# `offset 0`: the long array of answers of a row is unpacked once.
ANSWERS = """
select r.player_id, r.nickname, r.score, r.rank, (a.given -> 'answer')::text as answer,
       coalesce((a.given ->> 'elapsed_ms')::integer, 0) as elapsed_ms,
       json_build_array(a.given -> 'correct')::text as correct,
       json_build_array(a.given -> 'points')::text as points,
       r.recounted::text, s.points::text as scored
from live_quiz_results r
cross join lateral (select r.answers -> $2::integer as given offset 0) a
left join live_quiz_essay_scores s on s.live_quiz_id = r.live_quiz_id
    and s.question_index = $2 and s.player_id = r.player_id
where r.live_quiz_id = $1 and r.player_id > $3 and ($4::text is null or r.player_id = $4)
  and a.given ->> 'answer' is not null
order by r.player_id limit $5
"""
CHAINS = """
select player_id, jsonb_path_query_array(answers, '$[*].correct')::text as correct,
       jsonb_path_query_array(answers, '$[*].points')::text as points
from live_quiz_results where live_quiz_id = $1 and player_id = any($2::text[])
"""
# Null stands for what is as the game gave it.
UPDATE = """
update live_quiz_results r
set score = trim_scale(r.score + c.score), correct = r.correct + c.correct, recounted = c.recounted,
    played_score = nullif(coalesce(r.played_score, r.score), r.score + c.score),
    played_correct = nullif(coalesce(r.played_correct, r.correct), r.correct + c.correct)
from jsonb_to_recordset($2::text::jsonb) as c (
    player_id text, score numeric, correct integer, recounted jsonb)
where r.live_quiz_id = $1 and r.player_id = c.player_id
"""
RANKS = """
update live_quiz_results r
set rank = n.rank, played_rank = nullif(coalesce(r.played_rank, r.rank), n.rank)
from (select player_id, rank() over (order by score desc)::integer as rank
      from live_quiz_results where live_quiz_id = $1) n
where r.live_quiz_id = $1 and r.player_id = n.player_id and r.rank <> n.rank
"""
COUNT_QUESTION = """
update live_quiz_question_results k
set graded = n.graded, correct = n.correct, partly = n.partly
from (select count(a.counted ->> 'correct') as graded,
             count(*) filter (where (a.counted ->> 'correct')::boolean) as correct,
             count(*) filter (where not (a.counted ->> 'correct')::boolean
                                and (a.counted ->> 'points')::numeric > 0) as partly
      from live_quiz_answers a where a.live_quiz_id = $1 and a.question_index = $2) n
where k.live_quiz_id = $1 and k.question_index = $2
"""
NOW = """
select player_id, score, rank from live_quiz_results
where live_quiz_id = $1 and player_id = any($2::text[]) order by rank, player_id limit $3
"""

_changes = msgspec.json.Decoder(dict[int, Counted])
_corrects = msgspec.json.Decoder(list[bool | None])
_points = msgspec.json.Decoder(list[int | float])


class _Before(NamedTuple):
    """A row before a decision."""

    nickname: str
    score: Points
    rank: int


async def recount(
    connection: Any,
    game: PlayedGame,
    recounting: Recounting,
    decision: NewDecision,
    *,
    player: str | None = None,
) -> tuple[Rescored, list[OutboxEvent]]:
    """Count anew. The reply, and what is to be announced."""
    before = await write_recounts(connection, game, recounting, player)
    await connection.execute(COUNT_QUESTION, game.key, game.played.index)
    if not before:
        return unchanged(decision), []
    ranks = await connection.execute(RANKS, game.key)
    now = await connection.fetch(NOW, game.key, list(before), MAX_CHANGED)
    event = LiveQuizRescored(
        by=decision.by,
        live_quiz_id=game.facts.live_quiz_id,
        course_id=game.facts.course.id,
        quiz_id=game.facts.quiz_id,
        question_index=game.played.index,
        players=len(before),
    )
    rescored = Rescored(
        live_quiz_id=game.facts.live_quiz_id,
        question_index=game.played.index,
        scores=len(before),
        ranks=int(ranks.rpartition(" ")[2]),
        changed=tuple(_changed(before[row["player_id"]], row) for row in now),
    )
    return rescored, [OutboxEvent(Address("live_quiz", game.facts.live_quiz_id), event)]


def _changed(before: _Before, row: Any) -> ChangedResult:
    return ChangedResult(
        player_id=row["player_id"],
        nickname=before.nickname,
        score_before=before.score,
        score=points_of(hundredths(row["score"])),
        rank_before=before.rank,
        rank=row["rank"],
    )


async def write_recounts(
    connection: Any, game: PlayedGame, recounting: Recounting, player: str | None = None
) -> dict[str, _Before]:
    """Count the answers to the question anew. Those whose score changes, as they were before."""
    index, after = game.played.index, ""
    changed: dict[str, _Before] = {}
    while True:
        rows = await connection.fetch(ANSWERS, game.key, index, after, player, AT_ONCE)
        recounts = await _recounts(connection, game, recounting, rows)
        if recounts:
            await connection.execute(UPDATE, game.key, json_text(_values(recounts)))
        scores = {each.player_id for each in recounts if each.score}
        changed |= {row["player_id"]: _before(row) for row in rows if row["player_id"] in scores}
        if len(rows) < AT_ONCE:
            return changed
        after = rows[-1]["player_id"]


async def _recounts(
    connection: Any, game: PlayedGame, recounting: Recounting, rows: Sequence[Any]
) -> Sequence[Recount]:
    """The rest of what a player was given is read only where a streak may reach it."""
    config, played = game.facts.config, game.played

    def find() -> Sequence[PlayedAnswer]:
        answers = [_answer(row, played.index) for row in rows]
        return recounting.affected(config, played, answers)

    affected = await asyncio.to_thread(find)
    if not affected:
        return []
    chains: Sequence[Any] = ()
    if config.streaks:
        players = [answer.player_id for answer in affected]
        chains = await connection.fetch(CHAINS, game.key, players)
    return await asyncio.to_thread(
        lambda: recounting.recounts(config, played, _in_chains(affected, chains))
    )


def _answer(row: Any, index: int) -> PlayedAnswer:
    return PlayedAnswer(
        player_id=row["player_id"],
        answer=msgspec.json.decode(row["answer"]),
        elapsed_ms=row["elapsed_ms"],
        first=index,
        correct=_corrects.decode(row["correct"]),
        points=_points.decode(row["points"]),
        recounted=_changes.decode(row["recounted"]) if row["recounted"] else {},
        scored=None if row["scored"] is None else points_of(hundredths(Decimal(row["scored"]))),
    )


def _in_chains(affected: Sequence[PlayedAnswer], chains: Sequence[Any]) -> list[PlayedAnswer]:
    """The answers with all that their players were given, where that was read."""
    known = {row["player_id"]: row for row in chains}
    return [
        msgspec.structs.replace(
            answer,
            first=0,
            correct=_corrects.decode(row["correct"]),
            points=_points.decode(row["points"]),
        )
        if (row := known.get(answer.player_id))
        else answer
        for answer in affected
    ]


def _values(recounts: Sequence[Recount]) -> list[dict[str, Any]]:
    return [
        {
            "player_id": each.player_id,
            "score": each.score,
            "correct": each.correct,
            "recounted": each.recounted or None,
        }
        for each in recounts
    ]


def _before(row: Any) -> _Before:
    return _Before(row["nickname"], points_of(hundredths(row["score"])), row["rank"])


def unchanged(decision: NewDecision, *, added_to_quiz: bool = False) -> Rescored:
    """Nothing has changed."""
    return Rescored(
        live_quiz_id=decision.live_quiz_id,
        question_index=decision.question_index,
        added_to_quiz=added_to_quiz,
    )
