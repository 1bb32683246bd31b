"""Games for the tests: questions of every type, and short ways to say what happens."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.assessments.live import machine
from protocol.assessments.live.commands import (
    AttachHost,
    JoinGame,
    NextStep,
    OpenLobby,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveResultRows
from protocol.assessments.live.views import HostDone, PlayerView
from protocol.assessments.places import Ellipse, Polygon, Rectangle
from protocol.assessments.quizzes import (
    AcceptedNumber,
    Answer,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.errors import ClientError
from tests.actors.driver import Driver

CHOICE = Question(
    id="q-choice",
    type=QuestionType.MULTIPLE_CHOICE,
    text="Which are prime?",
    options=("4", "2", "9", "3"),
    key=ChoiceKey(correct=(1, 3)),
    explanation="A prime has exactly two divisors.",
    multiple=True,
)
TRUE_FALSE = Question(
    id="q-true", type=QuestionType.TRUE_FALSE, text="0 is even", key=TrueFalseKey(value=True)
)
TEXT = Question(
    id="q-text",
    type=QuestionType.SHORT_ANSWER,
    text="The capital of France?",
    key=TextKey(accepted=("Paris", "Lutetia")),
)
BLANKS = Question(
    id="q-blanks",
    type=QuestionType.FILL_BLANK,
    text="____ plus two is ____",
    key=BlanksKey(blanks=(("two",), ("four",)), numbers=((2.0, 0.0), (4.0, 0.0))),
)
MATCHING = Question(
    id="q-matching",
    type=QuestionType.MATCHING,
    text="Match",
    key=MatchingKey(
        pairs=(("fr", "Paris"), ("de", "Berlin"), ("it", "Rome")), distractors=("Oslo",)
    ),
)
ESSAY = Question(
    id="q-essay", type=QuestionType.ESSAY, text="Why?", key=EssayKey(guidance="Because")
)
NUMERIC = Question(
    id="q-numeric",
    type=QuestionType.NUMERIC,
    text="How tall is he?",
    key=NumericKey(
        answers=(
            AcceptedNumber(number=1.8, tolerance=0.01),
            AcceptedNumber(weight=50_000, low=1.7, high=1.9),
        ),
        units=(Unit(name="m"), Unit(name="cm", factor=100)),
        unit_required=True,
    ),
)
ORDERING = Question(
    id="q-ordering",
    type=QuestionType.ORDERING,
    text="From the smallest",
    key=OrderingKey(items=("mouse", "cat", "horse", "whale")),
)
HOTSPOT = Question(
    id="q-hotspot",
    type=QuestionType.HOTSPOT,
    text="Where are the lakes?",
    media_url="/pictures/map.png",
    media_alt="A map",
    key=HotspotKey(
        places=(
            Ellipse(name="Lake Constance", x=2_000, y=2_000, radius_x=1_000, radius_y=500),
            Rectangle(left=6_000, top=6_000, right=8_000, bottom=7_000),
            Polygon(name="Lake Garda", corners=((0, 9_000), (2_000, 9_000), (1_000, 10_000))),
        ),
        find=2,
    ),
)
ALL = (CHOICE, TRUE_FALSE, TEXT, BLANKS, MATCHING, ESSAY)


def opening(**changes: Any) -> OpenLobby:
    """A lobby with the six questions, `host` and the co-host `co`."""
    command = OpenLobby(
        course_id="course",
        quiz_id="quiz",
        title="A quiz",
        questions=ALL,
        host_id="host",
        host_name="Ms Host",
        co_host_ids=("co",),
        pin="123456",
        seed=42,
        config=LiveConfig(),
    )
    return msgspec.structs.replace(command, **changes)


class Game(Driver):
    """A live quiz, with its lobby open."""

    def __init__(self, *, strict: bool = True, **changes: Any):
        super().__init__(machine, "game", strict=strict)
        self.number = 0
        self.do(opening(**changes))

    def command_id(self) -> str:
        """Another one than before."""
        self.number += 1
        return f"c{self.number}"

    def host(self, command: type, **fields: Any) -> HostDone:
        """A command of the acting host."""
        fields = {"by": self.state.host_id, "command_id": self.command_id(), **fields}
        done: HostDone = self.do(command(**fields))
        return done

    def attach(self, user_id: str = "host", connection_id: str = "screen") -> Any:
        return self.do(AttachHost(user_id=user_id, connection_id=connection_id))

    def join(
        self,
        player: str,
        *,
        nickname: str | None = None,
        user: bool = True,
        extra_time: float = 1.0,
    ) -> PlayerView:
        """`player` comes, on the device named after them."""
        command = JoinGame(
            player_id=player,
            user_id=player if user else None,
            nickname=player if nickname is None else nickname,
            connection_id=f"{player}-1",
            extra_time=extra_time,
        )
        view: PlayerView = self.do(command)
        return view

    def answer(self, player: str, answer: Answer, **fields: Any) -> Any:
        """`player` answers the question in play."""
        index = fields.pop("index", self.state.index)
        command = {
            "player_id": player,
            "question_index": index,
            "answer_id": f"{player}-{index}",
            "answer": answer,
            "received_at": self.now,
            **fields,
        }
        return self.do(SubmitAnswer(**command))

    def phase(self) -> Phase:
        """Of now. A call, so that no reader takes an earlier answer for a later one."""
        phase: Phase = self.state.phase
        return phase

    def start(self) -> HostDone:
        return self.host(StartGame)

    def next(self) -> HostDone:
        return self.host(NextStep, from_step=self.state.step)

    def board(self) -> LiveResultRows:
        """The final board, which is the last row that was written."""
        (*_, last) = self.records
        assert isinstance(last, LiveResultRows)
        return last

    def named(self, event: str) -> list[Any]:
        """What was published under a name."""
        return [p.data for p in self.published if p.event == event]


def asked(*questions: Any, **config: Any) -> Game:
    game = Game(questions=questions, config=LiveConfig(**config))
    game.join("ann")
    game.join("bob")
    game.start()
    return game


def code_of(action: Any, *args: Any, **fields: Any) -> str:
    with pytest.raises(ClientError) as refused:
        action(*args, **fields)
    return refused.value.code


def keyed(question: Question, key: Any) -> Question:
    return msgspec.structs.replace(question, key=key)


def running(*, players: int = 2, questions: int = 2, **config: Any) -> Game:
    """The first question is open to players p0, p1 and so on; the host looks on."""
    game = Game(questions=(TRUE_FALSE,) * questions, config=LiveConfig(**config))
    for n in range(players):
        game.join(f"p{n}")
    game.attach()
    game.start()
    return game


def elapsed(game: Game, player: str, index: int = 0) -> int:
    """What counts as the time of this player's answer, in ms."""
    given: int = game.state.players[player].answers[index].elapsed_ms
    return given
