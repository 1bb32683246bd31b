"""Counting anew gives what the game would have given, and without a decision what it gave."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live.steps import BATCH_MS
from protocol.assessments.live.commands import (
    AcceptTyped,
    ExtendQuestion,
    GrantExtraTime,
    SkipQuestion,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.quizzes import BlanksKey, Question, TextKey
from protocol.records.assessments import Counted
from tests.actors.assessments.live.games import ALL, BLANKS, CHOICE, ESSAY, TEXT, TRUE_FALSE, Game
from tests.actors.assessments.live.moves import Play, configs, moves, restarts
from tests.actors.assessments.results.board import Stored

games = st.lists(st.one_of(*[moves] * 8, restarts), max_size=60)
UNGRADED = msgspec.structs.replace(TEXT, id="q-ungraded", key=TextKey())
SECOND = msgspec.structs.replace(TEXT, id="q-second", text="And of Italy?")
QUESTIONS = (TRUE_FALSE, TEXT, BLANKS, SECOND, UNGRADED, ESSAY)

decisions = st.lists(
    st.sampled_from(
        [
            (TEXT.id, 0, "rome"),
            (TEXT.id, 0, " ROME"),
            (TEXT.id, 0, "Athens"),
            (SECOND.id, 0, "Rome"),
            (UNGRADED.id, 0, "Paris"),
            (BLANKS.id, 0, "x"),
            (BLANKS.id, 1, "5"),
        ]
    ),
    min_size=1,
    max_size=4,
)


def finished(config: LiveConfig, tries: Any, questions: tuple[Question, ...]) -> Stored:
    """The results of a game that is over."""
    play = Play(config=config, questions=questions)
    play.begin()
    play.play(tries)
    if play.state.phase is not Phase.FINISHED:
        play.finish()
    play.pass_time(BATCH_MS)
    return Stored(config, play.records)


def knowing(questions: tuple[Question, ...], decided: Any) -> tuple[Question, ...]:
    """The questions with keys that accept it all from the start."""
    by_id = {question.id: question for question in questions}
    for question_id, blank, answer in decided:
        question = by_id[question_id]
        key: Any = question.key
        if isinstance(key, TextKey):
            key = msgspec.structs.replace(key, accepted=(*key.accepted, answer))
        else:
            assert isinstance(key, BlanksKey)
            blanks = list(key.blanks)
            blanks[blank] = (*blanks[blank], answer)
            key = msgspec.structs.replace(key, blanks=tuple(blanks))
        by_id[question_id] = msgspec.structs.replace(question, key=key)
    return tuple(by_id.values())


typed = st.sampled_from(["Paris", "rome", "ROME ", "Athens", "x", ""])
blanks = st.lists(st.sampled_from(["two", "4", "x", "5"]), min_size=2, max_size=2)
essays = st.sampled_from(["Because", ""])
whole = st.tuples(st.booleans(), typed, blanks, typed, typed, essays)
"""One player's answers to all of `QUESTIONS`."""
full_games = st.fixed_dictionaries(
    {
        "answers": st.lists(whole, min_size=3, max_size=3),
        "silent": st.sets(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=4),
        "waits": st.lists(st.integers(0, 7_000), min_size=6, max_size=6),
        "skipped": st.none() | st.integers(0, 5),
        "extended": st.none() | st.integers(0, 5),
        "late": st.integers(0, 3),
    }
)


def accept(game: Game, accepted: Any) -> None:
    """At the reveal, count as right too what there is of it for this question."""
    for question_id, blank, answer in accepted:
        if question_id == game.state.question.id:
            step = game.state.step
            game.host(AcceptTyped, from_step=step, answer=answer, blank=blank)


def whole_game(
    config: LiveConfig, drawn: Any, questions: tuple[Question, ...], accepted: Any = ()
) -> Stored:
    """Everybody answers nearly everything. One has extra time, another comes later.

    `accepted` is what the host counts as right too at the reveal.
    """
    config = msgspec.structs.replace(
        config,
        auto_advance_ms=None,
        close_when_all_answered=False,
        max_players=100,
        board_every=1,
        auto_reveal=False,
        countdown_ms=0,
    )
    game = Game(questions=questions, config=config)
    for player in ("p0", "p1"):
        game.join(player)
    game.host(GrantExtraTime, player_id="p1", factor=1.5)
    game.start()
    for index in range(6):
        place = game.state.order[index]
        if index == drawn["extended"]:
            game.host(ExtendQuestion, extra_ms=5_000)
        for n, answers in enumerate(drawn["answers"]):
            player = f"p{n}"
            game.now += drawn["waits"][index] // 3
            known = game.state.players.get(player)
            if known and known.since <= index and (n, index) not in drawn["silent"]:
                game.answer(player, answers[place])
        if index == drawn["skipped"]:
            game.host(SkipQuestion)
        while game.phase() is not Phase.REVEAL:
            game.next()
        if index != drawn["skipped"]:
            accept(game, accepted)
        game.next()
        if index == drawn["late"]:
            game.join("p2")
        game.next()
    return Stored(config, game.records)


@given(configs, full_games, decisions)
def test_a_whole_game_counts_as_if_its_keys_had_held_it_from_the_start(
    config: LiveConfig, drawn: Any, decided: Any
) -> None:
    stored = whole_game(config, drawn, QUESTIONS)
    during = whole_game(config, drawn, QUESTIONS, decided)
    other = whole_game(config, drawn, knowing(QUESTIONS, decided))
    before = stored.board()
    indices = [stored.index_of(each[0]) for each in decided]
    for (_, blank, answer), index in zip(decided, indices, strict=True):
        assert index is not None
        if not stored.questions[index].skipped:
            stored.accept(index, answer, blank)
    assert stored.outcomes() == other.outcomes() == during.outcomes()
    assert stored.board() == other.board() == during.board()
    for index in indices:
        if index is not None and not stored.questions[index].skipped:
            stored.take_back(index)
    assert stored.board() == before
    assert not any(stored.recounted.values())


@given(configs, games)
def test_without_a_decision_everything_stays_as_the_game_gave_it(
    config: LiveConfig, tries: Any
) -> None:
    stored = finished(config, tries, ALL)
    before = (stored.board(), stored.outcomes())
    for index in stored.questions:
        stored.count(index)
    assert (stored.board(), stored.outcomes()) == before
    assert not any(stored.recounted.values())


@given(configs, games, decisions)
def test_what_is_accepted_later_counts_as_if_the_key_had_held_it_from_the_start(
    config: LiveConfig, tries: Any, decided: Any
) -> None:
    stored = finished(config, tries, QUESTIONS)
    other = finished(config, tries, knowing(QUESTIONS, decided))
    for question_id, blank, answer in decided:
        index = stored.index_of(question_id)
        if index is not None:
            stored.accept(index, answer, blank)
    assert stored.outcomes() == other.outcomes()
    assert stored.board() == other.board()


@given(configs, games, decisions)
def test_what_is_taken_back_leaves_nothing(config: LiveConfig, tries: Any, decided: Any) -> None:
    stored = finished(config, tries, QUESTIONS)
    before = stored.board()
    indices = [i for each in decided if (i := stored.index_of(each[0])) is not None]
    for question_id, blank, answer in decided:
        index = stored.index_of(question_id)
        if index is not None:
            stored.accept(index, answer, blank)
    for index in indices:
        stored.take_back(index)
    assert stored.board() == before
    assert not any(stored.recounted.values())


@given(configs, games, decisions, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6))))
def test_the_order_of_decisions_does_not_matter(
    config: LiveConfig, tries: Any, decided: Any, scores: Any
) -> None:
    one, other = (finished(config, tries, QUESTIONS) for _ in range(2))
    accepted = [(i, a, b) for q, b, a in decided if (i := one.index_of(q)) is not None]
    essay = one.index_of(ESSAY.id)
    given_points = {f"p{player}": points / 2 for player, points in scores}
    for index, answer, blank in accepted:
        one.accept(index, answer, blank)
    score(one, essay, given_points)
    score(other, essay, given_points)
    for index, answer, blank in reversed(accepted):
        other.accept(index, answer, blank)
    assert one.outcomes() == other.outcomes()
    assert one.board() == other.board()


def score(stored: Stored, essay: int | None, points: dict[str, float]) -> None:
    if essay is None:
        return
    stored.scored |= {(player, essay): each for player, each in points.items()}
    stored.count(essay)


# --- games that are played by hand ----------------------------------------------------------------


def played(*questions: Question, answers: dict[str, list[Any]], **config: Any) -> Stored:
    """Everybody answers everything, half a second after the other."""
    game = Game(questions=questions, config=LiveConfig(**config))
    for player in answers:
        game.join(player)
    game.start()
    for index in range(len(questions)):
        for player, given_by in answers.items():
            game.now += 500
            game.answer(player, given_by[index])
        while game.phase() is not Phase.LEADERBOARD:
            game.next()
        game.next()
    return Stored(game.state.opening.config, game.records)


RIGHT = [True, "Paris", True]


def test_a_streak_goes_on_over_what_is_accepted_later() -> None:
    second = msgspec.structs.replace(TRUE_FALSE, id="q-last")
    stored = played(
        *(TRUE_FALSE, TEXT, second),
        answers={"ann": [True, "Rome", True], "bob": RIGHT},
        streaks=True,
        speed_weighted=False,
    )
    assert stored.board() == {"ann": (2000, 2, 2), "bob": (3300, 1, 3)}
    stored.accept(1, "ROME")
    assert stored.board() == {"ann": (3300, 1, 3), "bob": (3300, 1, 3)}
    assert stored.recounted["ann"] == {1: Counted(True, 1100), 2: Counted(True, 1200)}
    stored.take_back(1)
    assert stored.board() == {"ann": (2000, 2, 2), "bob": (3300, 1, 3)}


def test_the_time_of_then_counts_with_extra_time_and_extensions() -> None:
    def play(question: Question) -> Stored:
        game = Game(questions=(question,), config=LiveConfig())
        for player in ("ann", "bob"):
            game.join(player)
        game.host(GrantExtraTime, player_id="bob", factor=2.0)
        game.start()
        game.host(ExtendQuestion, extra_ms=10_000)
        game.now += 15_000
        for player in ("ann", "bob"):
            game.answer(player, "Rome")
        while game.phase() is not Phase.FINISHED:
            game.next()
        return Stored(game.state.opening.config, game.records)

    stored = play(TEXT)
    assert (stored.questions[0].allotted_ms, stored.questions[0].own_ms) == (
        30_000,
        {"bob": 60_000},
    )
    stored.accept(0, "rome")
    [known] = knowing((TEXT,), [(TEXT.id, 0, "rome")])
    assert stored.board() == play(known).board() == {"ann": (750, 2, 1), "bob": (875, 1, 1)}


def test_an_essay_gives_its_points_and_leaves_the_streak_alone() -> None:
    last = msgspec.structs.replace(TRUE_FALSE, id="q-last")
    stored = played(
        *(TRUE_FALSE, ESSAY, last),
        answers={"ann": [True, "Because", True], "bob": [True, "Why not?", True]},
        streaks=True,
        speed_weighted=False,
    )
    assert stored.board()["ann"] == (2100, 1, 2)
    score(stored, 1, {"ann": 400.5, "bob": 1000})
    assert stored.board() == {"ann": (2500.5, 2, 2), "bob": (3100, 1, 3)}
    score(stored, 1, {"ann": 0})
    assert stored.board()["ann"] == (2100, 2, 2)
    assert stored.outcomes()["ann"][1] == (False, 0)


def test_questions_are_counted_as_they_were_answered() -> None:
    stored = played(
        *(CHOICE, TRUE_FALSE, BLANKS, ESSAY),
        answers={"ann": [[1, 3], True, ["two", "4"], "x"], "bob": [[0], False, ["2", "5"], "y"]},
    )
    rows = [stored.questions[n] for n in range(4)]
    counts = [(r.asked, r.answered, r.graded, r.correct, r.partly) for r in rows]
    assert counts == [(2, 2, 2, 1, 0), (2, 2, 2, 1, 0), (2, 2, 2, 1, 1), (2, 2, 0, 0, 0)]
    assert [r.option_counts for r in rows] == [(1, 1, 0, 1), (1, 1), (), ()]
    assert [r.elapsed_ms for r in rows] == [1_500] * 4
    assert [r.right_answer for r in rows] == [["2", "3"], True, [["two", "2"], ["four", "4"]], None]
    assert [r.by_person for r in rows] == [False, False, False, True]
