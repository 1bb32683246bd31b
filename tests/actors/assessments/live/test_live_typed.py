"""What the host's screen shows of typed answers."""

from __future__ import annotations

import msgspec
import pytest

from actors.assessments.live import machine
from actors.assessments.live.typed import MAX_TEXT, SHOWN
from protocol.assessments.live.commands import KickPlayer
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.publications import Histogram
from protocol.assessments.live.views import TypedAnswer
from protocol.assessments.quizzes import Answer, Question, TextKey
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    Game,
    asked,
    keyed,
)
from tests.actors.driver import encode


def test_what_was_typed_alike_is_counted_together_the_most_frequent_first() -> None:
    game = Game(questions=(TEXT,), config=LiveConfig(close_when_all_answered=False))
    texts = {"ann": "Rome", "bob": " paris", "cam": "Paris ", "dan": "PARIS", "eve": "rome"}
    for player in texts:
        game.join(player)
    game.start()
    for player, text in texts.items():
        game.answer(player, text)
    assert game.attach().typed == ()
    game.next()
    assert game.attach().typed == ()
    game.next()
    assert game.attach().typed == (
        TypedAnswer(text="paris", count=3, right=True),
        TypedAnswer(text="Rome", count=2, right=False, acceptable=True),
    )
    game.host(KickPlayer, player_id="eve")
    assert game.attach().typed[1].count == 1
    game.next()
    assert game.attach().typed == ()


def test_blanks_are_one_answer_and_nothing_is_shown_where_none_is_typed() -> None:
    cases: tuple[tuple[Question, Answer, tuple[str, ...]], ...] = (
        (BLANKS, ["two", "5"], ("two · 5",)),
        (CHOICE, [1, 3], ()),
        (ESSAY, "Because", ()),
    )
    for question, answer, shown in cases:
        game = asked(question)
        game.answer("ann", answer)
        game.next()
        game.next()
        assert tuple(one.text for one in game.attach().typed) == shown


def test_what_is_shown_is_bounded() -> None:
    game = Game(questions=(TEXT,), config=LiveConfig(close_when_all_answered=False))
    players = [f"p{n}" for n in range(SHOWN + 5)]
    for player in players:
        game.join(player)
    game.start()
    for player in players:
        game.answer(player, f"{player} " * 200)
    game.next()
    game.next()
    typed = game.attach().typed
    assert len(typed) == SHOWN
    assert {len(one.text) for one in typed} == {MAX_TEXT}


@pytest.mark.parametrize(
    ("question", "answers", "right"),
    [
        (TEXT, ["Paris", "Rome", " lutetia"], [1, 1, 2]),
        (keyed(TEXT, TextKey(number=3.14, tolerance=0.01)), ["3.14", "3", "3.15"], [1, 1, 2]),
        (BLANKS, [["2", "4"], ["2", "5"]], [1, 1]),
        (keyed(TEXT, TextKey()), ["Paris"], [None]),
        (ESSAY, ["Because"], [None]),
        (CHOICE, [[1, 3]], [None]),
        (TRUE_FALSE, [True], [None]),
        (MATCHING, [[2, 0, 3]], [None]),
    ],
)
def test_hosts_are_told_how_many_typed_answers_are_right_so_far(
    question: Question, answers: list[Answer], right: list[int | None]
) -> None:
    game = Game(questions=(question,) * 2, config=LiveConfig(close_when_all_answered=False))
    players = [f"p{n}" for n in range(len(answers))]
    for player in players:
        game.join(player)
    game.attach()
    game.start()
    for player, answer, count in zip(players, answers, right, strict=True):
        game.answer(player, answer)
        game.pass_time(250)
        (*_, told) = game.published
        assert (told.topic, told.event) == ("live:game:hosts", "live.histogram")
        assert isinstance(told.data, Histogram)
        assert told.data.right == count
        assert game.attach().histogram.right == count
        assert game.join(player).phase is game.phase()
    for each in game.published:
        assert each.topic == "live:game:hosts" or b'"right"' not in encode(each.data)
    while game.state.index == 0:
        game.next()
    assert game.state.right == (None if right[0] is None else 0)


def test_a_question_that_was_open_at_an_update_has_no_count() -> None:
    """A snapshot of an earlier release has none, and one from the middle would be wrong."""
    game = asked(TEXT)
    game.answer("ann", "Paris")
    old = encode(game.state).replace(b'"right":1,', b"")
    state = msgspec.json.decode(old, type=machine.state_type)
    assert state.right is None
    state = machine.evolve(state, game.events()[-1])
    assert state.right is None
