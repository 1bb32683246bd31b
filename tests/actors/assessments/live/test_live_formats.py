"""Formatted questions in a game: what is sent with them, and what old journals give."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live import machine
from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import LiveEvent
from protocol.assessments.quizzes import Question
from tests.actors.assessments.live.games import CHOICE, MATCHING, TEXT, Game


def shown(html: str) -> Formatted:
    return Formatted(format=TextFormat.HTML, html=html)


def formatted(question: Question, **formats: Any) -> Question:
    return msgspec.structs.replace(question, formats=Formats(**formats))


EMPHATIC = formatted(
    CHOICE,
    text=shown("<b>Which?</b>"),
    options=tuple(shown(f"<i>{option}</i>") for option in CHOICE.options),
    explanation=shown("<p>So</p>"),
)
PAIRED = formatted(MATCHING, prompts=tuple(shown(f"<b>{p}</b>") for p in ("fr", "de", "it")))


def play(*questions: Question, seed: int = 42) -> Game:
    game = Game(questions=questions, seed=seed, config=LiveConfig(shuffle_options=True))
    game.join("ann")
    game.start()
    for _ in questions:
        game.answer("ann", [0, 1, 2] if game.state.question.id == MATCHING.id else [0])
        for _ in range(3):
            if game.phase().value != "leaderboard":
                game.next()
        game.next()
    return game


@given(seed=st.integers(0, 2**32))
def test_formatted_options_stand_in_the_order_of_the_plain_ones(seed: int) -> None:
    game = play(EMPHATIC, PAIRED, seed=seed)
    choice, matching = game.named("live.question")
    assert choice.text_html == "<b>Which?</b>"
    assert choice.options_html == tuple(f"<i>{option.text}</i>" for option in choice.options)
    assert (matching.text_html, matching.options_html) == (None, ())
    assert matching.prompts_html == tuple(f"<b>{prompt}</b>" for prompt in matching.prompts)
    first, second = game.named("live.reveal")
    assert (first.explanation_html, second.explanation_html) == ("<p>So</p>", None)


def test_views_show_what_was_published() -> None:
    game = Game(questions=(EMPHATIC,))
    game.attach()
    game.join("ann")
    game.start()
    (question,) = game.named("live.question")
    assert game.attach().question == question
    assert game.join("ann").question == question


def test_results_show_plain_texts() -> None:
    (row,) = play(EMPHATIC).board().rows
    (answer,) = row.answers
    assert answer.answer[0] in CHOICE.options


def test_a_journal_with_formats_is_read_back_as_it_was() -> None:
    game = play(EMPHATIC, PAIRED)
    decoder = msgspec.json.Decoder(LiveEvent)
    state = machine.initial("game")
    for line in game.journal:
        state = machine.evolve(state, decoder.decode(line))
    assert state.opening.questions == (EMPHATIC, PAIRED)


def test_a_question_of_before_formats_is_plain() -> None:
    older = msgspec.to_builtins(TEXT)
    del older["formats"]
    del older["key"]["patterns"]
    question = msgspec.convert(older, Question)
    assert question == TEXT
    game = Game(questions=(question,))
    game.join("ann")
    game.start()
    (sent,) = game.named("live.question")
    assert (sent.text_html, sent.options_html, sent.prompts_html) == (None, (), ())
