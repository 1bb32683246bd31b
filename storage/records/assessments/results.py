"""Results of games that are over, and what is decided about them, in SQL.

Decisions about one game hold an advisory lock and not the game's rows, for which the journal of all
games would have to wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.live.events import RecountedScore
from protocol.assessments.points import hundredths, points_of
from protocol.assessments.results import MAX_GROUPED, Rescored
from protocol.errors import NotFoundError
from protocol.ports import OutboxEvent
from protocol.records.assessments import (
    AcceptRule,
    Edit,
    EssayRule,
    KeyRule,
    NewDecision,
    PlayedQuestion,
    PlayedTexts,
    PracticeFacts,
    PracticeRule,
    Recounting,
    ResultRule,
)
from storage.journal.outbox import write_outbox
from storage.postgres import Database
from storage.records.assessments.accepting import accept_in_quiz
from storage.records.assessments.decided import (
    PlayedGame,
    game_facts,
    practice_facts,
    revealed_question,
)
from storage.records.assessments.recounts import (
    COUNT_QUESTION,
    RANKS,
    recount,
    unchanged,
    write_recounts,
)
from storage.records.audit import note
from storage.records.living import living
from storage.records.values import as_uuid, instant

MAX_TEXTS = 5_000
"""Different texts of one question that are read; with `MAX_GROUPED` that bounds their size."""

LOCK = "select pg_advisory_xact_lock(hashtextextended('live_quiz_results/' || $1, 0))"
ACCEPT = """
insert into live_quiz_accepted_answers
    (live_quiz_id, question_index, blank, folded, answer, accepted_by, accepted_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
"""
REMOVE = """
delete from live_quiz_accepted_answers
where live_quiz_id = $1 and question_index = $2 and blank = $3 and folded = $4
"""
ANSWERED = """
select exists (select from live_quiz_results where live_quiz_id = $1 and player_id = $2
               and answers -> $3::integer ->> 'answer' is not null)
"""
SCORE = """
insert into live_quiz_essay_scores
    (live_quiz_id, question_index, player_id, points, feedback, scored_by, scored_at)
values ($1, $2, $3, $4::text::numeric, $5, $6, $7)
on conflict (live_quiz_id, question_index, player_id) do update
set points = excluded.points, feedback = excluded.feedback, scored_by = excluded.scored_by,
    scored_at = excluded.scored_at
"""
TYPED = """
select text, n::integer, sum(n) over ()::integer as total from (
    select case when length(text) <= $4 then text end as text, count(*) as n from (
        select case when jsonb_typeof(answer) = 'array' then answer ->> $3::integer
                    else answer #>> '{}' end as text
        from (select r.answers -> $2::integer -> 'answer' as answer from live_quiz_results r
              where r.live_quiz_id = $1 offset 0) given
    ) typed where text is not null group by 1
) counted order by text is null desc, n desc, text limit $5
"""
RECOUNTED = """
select player_id, score, correct from live_quiz_results
where live_quiz_id = $1 and (played_score is not null or played_correct is not null)
order by player_id
"""
DECIDED = """
select question_index from live_quiz_accepted_answers where live_quiz_id = $1
union select question_index from live_quiz_essay_scores where live_quiz_id = $1 order by 1
"""


class PostgresResultRecords:
    """Implements `protocol.records.assessments.ResultRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def typed(
        self, live_quiz_id: str, question_index: int, blank: int, rule: ResultRule
    ) -> PlayedTexts:
        """The most frequent texts. Long ones are counted only."""

        async def unit(connection: Any) -> PlayedTexts:
            key = as_uuid(live_quiz_id, "live quiz")
            rule(await game_facts(connection, key, lock=""))
            played = await revealed_question(connection, key, question_index)
            rows = await connection.fetch(TYPED, key, question_index, blank, MAX_GROUPED, MAX_TEXTS)
            texts = [(row["text"], row["n"]) for row in rows if row["text"] is not None]
            total = rows[0]["total"] if rows else 0
            others = total - sum(count for _, count in texts)
            return PlayedTexts(played=played, texts=texts, others=others)

        return await self._database.run(unit)

    async def practised(
        self, live_quiz_id: str, question_index: int, user_id: str, rule: PracticeRule
    ) -> tuple[PracticeFacts, PlayedQuestion]:
        """What the rule is asked with, and the question."""

        async def unit(connection: Any) -> tuple[PracticeFacts, PlayedQuestion]:
            key = as_uuid(live_quiz_id, "live quiz")
            facts = await practice_facts(connection, key, UUID(user_id))
            rule(facts)
            return facts, await revealed_question(connection, key, question_index)

        return await self._database.run(unit)

    async def accept(
        self,
        decision: NewDecision,
        accept: AcceptRule,
        to_quiz: KeyRule | None,
        recounting: Recounting,
    ) -> Rescored:
        """Keep an accepted answer and count the results anew."""

        async def unit(connection: Any) -> Rescored:
            game = await _begun(connection, decision)
            text = accept(game.played)
            row = (game.key, game.played.index, text.blank, text.folded, text.answer)
            events = await _to_quiz(connection, game, to_quiz, decision)
            added = events is not None
            kept = await connection.execute(ACCEPT, *row, game.by, instant(decision.at))
            is_new = kept == "INSERT 0 1"
            if is_new or events:
                await _note(connection, "accept_answer", decision, added_to_quiz=added)
            rescored = unchanged(decision)
            if is_new:
                game = await _again(connection, game)
                rescored, event = await recount(connection, game, recounting, decision)
                events = [*event, *(events or ())]
            await _announce(connection, events or (), decision)
            return msgspec.structs.replace(rescored, added_to_quiz=added)

        return await self._database.run(unit)

    async def remove_accepted(
        self, decision: NewDecision, accept: AcceptRule, recounting: Recounting
    ) -> Rescored:
        """Forget an accepted answer and count the results anew."""

        async def unit(connection: Any) -> Rescored:
            game = await _begun(connection, decision)
            text = accept(game.played)
            row = (game.key, game.played.index, text.blank, text.folded)
            if await connection.execute(REMOVE, *row) != "DELETE 1":
                raise NotFoundError("accepted answer", text.answer)
            await _note(connection, "remove_accepted_answer", decision)
            game = await _again(connection, game)
            rescored, events = await recount(connection, game, recounting, decision)
            await _announce(connection, events, decision)
            return rescored

        return await self._database.run(unit)

    async def score_essay(
        self, decision: NewDecision, score: EssayRule, recounting: Recounting
    ) -> Rescored:
        """Keep the score of an answer and count the player's results anew."""

        async def unit(connection: Any) -> Rescored:
            game = await _begun(connection, decision)
            essay = score(game.facts.config, game.played)
            player, index = essay.player_id, game.played.index
            if not await connection.fetchval(ANSWERED, game.key, player, index):
                raise NotFoundError("answer", player)
            row = (game.key, index, player, str(essay.points), essay.feedback, game.by)
            await connection.execute(SCORE, *row, instant(decision.at))
            await _note(connection, "score_essay", decision, player=player, points=essay.points)
            rescored, events = await recount(connection, game, recounting, decision, player=player)
            await _announce(connection, events, decision)
            return rescored

        return await self._database.run(unit)

    async def recount(self, live_quiz_id: str, recounting: Recounting) -> None:
        """Count the results anew by everything that was decided; nothing if the game is gone."""
        key = as_uuid(live_quiz_id, "live quiz")

        async def unit(connection: Any) -> None:
            await connection.execute(LOCK, str(key))
            indices = [row["question_index"] for row in await connection.fetch(DECIDED, key)]
            for index in indices:
                facts = await game_facts(connection, key, lock="")
                played = await revealed_question(connection, key, index)
                await write_recounts(connection, PlayedGame(key, facts, played, key), recounting)
                await connection.execute(COUNT_QUESTION, key, index)
            if indices:
                await connection.execute(RANKS, key)

        await self._database.run(unit)

    async def recounted(self, live_quiz_id: str) -> Sequence[RecountedScore]:
        """In the order of the players' ids."""
        key = as_uuid(live_quiz_id, "live quiz")

        async def unit(connection: Any) -> Sequence[RecountedScore]:
            return [
                RecountedScore(
                    row["player_id"], points_of(hundredths(row["score"])), row["correct"]
                )
                for row in await connection.fetch(RECOUNTED, key)
            ]

        return await self._database.run(unit, transaction=False)


async def _begun(connection: Any, decision: NewDecision) -> PlayedGame:
    """Ask the rule, and wait for other decisions about the game."""
    key = as_uuid(decision.live_quiz_id, "live quiz")
    facts = await game_facts(connection, key)
    decision.rule(facts)
    by = await living(connection, decision.by)
    await connection.execute(LOCK, str(key))
    return PlayedGame(
        key, facts, await revealed_question(connection, key, decision.question_index), by
    )


async def _again(connection: Any, game: PlayedGame) -> PlayedGame:
    """With what is accepted now."""
    return game._replace(played=await revealed_question(connection, game.key, game.played.index))


async def _to_quiz(
    connection: Any, game: PlayedGame, to_quiz: KeyRule | None, decision: NewDecision
) -> list[OutboxEvent] | None:
    """Put the answer into the key of the question in the quiz, if it is still there."""
    if to_quiz is None:
        return None
    edit = Edit(by=decision.by, at=decision.at)
    return await accept_in_quiz(connection, game.played.question.id, to_quiz, edit)


async def _announce(connection: Any, events: Sequence[OutboxEvent], decision: NewDecision) -> None:
    """The last thing in a unit."""
    if events:
        await write_outbox(connection, [(event, decision.at) for event in events])


async def _note(connection: Any, action: str, decision: NewDecision, **details: Any) -> None:
    game, index = decision.live_quiz_id, decision.question_index
    await note(
        connection, decision.by, action, "live_quiz", game, decision.at, question=index, **details
    )
