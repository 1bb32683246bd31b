"""The stored results of a game, and decisions about them: what storage does, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from actors.assessments.answers.keys import folded
from actors.assessments.live import scoring
from actors.assessments.results.recounting import affected, recounts
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.rows import LiveQuestionRow, LiveQuestionRows, LiveResultRows
from protocol.assessments.points import Points, total
from protocol.records.assessments import Accepted, Counted, PlayedAnswer, PlayedQuestion


class Stored:
    """Rows as the tables hold them; `recounted` by player, and then by index."""

    def __init__(self, config: LiveConfig, records: Iterable[Any]) -> None:
        self.config = config
        self.questions: dict[int, LiveQuestionRow] = {}
        for record in records:
            if isinstance(record, LiveQuestionRows):
                for row in record.rows:
                    self.questions[row.index] = kept(self.questions.get(row.index), row)
            elif isinstance(record, LiveResultRows):
                self.rows = {row.player_id: row for row in record.rows}
        self.recounted: dict[str, dict[int, Counted]] = {player: {} for player in self.rows}
        self.score: dict[str, Points] = {p: row.score for p, row in self.rows.items()}
        self.correct = {p: row.correct for p, row in self.rows.items()}
        self.accepted: dict[int, tuple[Accepted, ...]] = {}
        self.scored: dict[tuple[str, int], Points] = {}

    def index_of(self, question_id: str) -> int | None:
        """Where the question was played, if it was."""
        return next(
            (i for i, row in self.questions.items() if row.question_id == question_id), None
        )

    def accept(self, index: int, answer: str, blank: int = 0) -> None:
        plain = folded(self.questions[index].question, answer)
        text = Accepted(answer=answer, folded=plain, blank=blank)
        self.accepted[index] = (*self.accepted.get(index, ()), text)
        self.count(index)

    def take_back(self, index: int) -> None:
        self.accepted[index] = self.accepted[index][:-1]
        self.count(index)

    def count(self, index: int) -> None:
        """Count the answers to this question anew."""
        played = self.played(index)
        answers = affected(self.config, played, self.answers(index))
        for recount in recounts(self.config, played, answers):
            player = recount.player_id
            self.recounted[player] = dict(recount.recounted)
            self.score[player] = total(self.score[player], recount.score)
            self.correct[player] += recount.correct

    def played(self, index: int) -> PlayedQuestion:
        row = self.questions[index]
        return PlayedQuestion(
            index=index,
            question=row.question,
            skipped=row.skipped,
            allotted_ms=row.allotted_ms,
            own_ms=row.own_ms,
            worth=[self.questions[i].question.points for i in sorted(self.questions)],
            accepted=self.accepted.get(index, ()),
        )

    def answers(self, index: int) -> list[PlayedAnswer]:
        found = []
        for player, row in self.rows.items():
            given = row.answers[index]
            if given.answer is None:
                continue
            chain = row.answers if self.config.streaks else row.answers[index : index + 1]
            answer = PlayedAnswer(
                player_id=player,
                answer=given.answer,
                elapsed_ms=given.elapsed_ms or 0,
                first=0 if self.config.streaks else index,
                correct=[each.correct for each in chain],
                points=[each.points for each in chain],
                recounted=self.recounted[player],
                scored=self.scored.get((player, index)),
            )
            found.append(answer)
        return found

    def outcomes(self) -> dict[str, list[tuple[bool | None, Points]]]:
        """What every answer counts now."""
        return {
            player: [
                (now.correct, now.points)
                for index, each in enumerate(row.answers)
                for now in [self.recounted[player].get(index, each)]
            ]
            for player, row in self.rows.items()
        }

    def board(self) -> dict[str, tuple[Points, int, int]]:
        """Each player's score, rank and number of right answers."""
        scores = sorted(self.score.values(), reverse=True)
        ranks = dict(zip(scores, scoring.ranks(scores), strict=True))
        return {p: (s, ranks[s], self.correct[p]) for p, s in self.score.items()}


def kept(before: LiveQuestionRow | None, row: LiveQuestionRow) -> LiveQuestionRow:
    """A row upon that of the reveal."""
    if before is None:
        return row
    return msgspec.structs.replace(
        row,
        skipped=before.skipped,
        allotted_ms=before.allotted_ms,
        own_ms=before.own_ms,
        revealed_at=before.revealed_at,
    )
