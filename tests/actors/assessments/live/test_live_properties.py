"""What is true of every game, whatever anybody tries in it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.assessments.answers.grading import choices
from actors.assessments.live import machine, scoring
from actors.assessments.live.state import presented
from actors.assessments.live.steps import BATCH_MS
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveResultRows
from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from tests.actors.assessments.live.games import (
    ALL,
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    Game,
)
from tests.actors.assessments.live.moves import (
    Play,
    configs,
    durable,
    moves,
    replayable,
    restarts,
)
from tests.actors.driver import encode

many = settings()
games = st.lists(st.one_of(*[moves] * 6, restarts), max_size=60)


def played(config: LiveConfig, tries: list[Any], **options: Any) -> Play:
    play = Play(config=config, **options)
    play.begin()
    play.play(tries)
    return play


def finished(config: LiveConfig, tries: list[Any]) -> tuple[Play, LiveResultRows]:
    """A game that is over, and its board once the answers are in that were heard late."""
    play = played(config, tries)
    if play.state.phase is not Phase.FINISHED:
        play.finish()
    play.pass_time(BATCH_MS)
    corrections = sum(b"scores_corrected" in line for line in play.journal)
    rows = [r for r in play.records if isinstance(r, LiveResultRows)]
    assert 1 <= len(rows) <= 1 + corrections
    return play, rows[-1]


def readable(play: Play, index: int, answer: Any) -> Any:
    """An answer as the results show it: texts for ids."""
    question = play.state.question_at(index)
    if question.type not in (QuestionType.MULTIPLE_CHOICE, QuestionType.MATCHING):
        return answer
    texts = choices(question)
    shown = presented(play.state, index, len(texts))
    return [texts[shown[option]] for option in answer]


@many
@given(configs, games)
def test_an_acknowledged_answer_is_always_in_the_result(config: LiveConfig, tries: Any) -> None:
    play, result = finished(config, tries)
    rows = {row.player_id: row for row in result.rows}
    for (player, index), answer in play.acknowledged.items():
        if not play.state.players[player].banned:
            assert rows[player].answers[index].answer == readable(play, index, answer)
    for row in rows.values():
        given_to = {i for i, a in enumerate(row.answers) if a.answer is not None}
        assert given_to == {i for p, i in play.acknowledged if p == row.player_id}
        assert row.answered == len(given_to)


@many
@given(configs, games)
def test_scores_are_never_negative_bounded_and_the_sum_of_their_points(
    config: LiveConfig, tries: Any
) -> None:
    _, result = finished(config, tries)
    for row in result.rows:
        for answer in row.answers:
            assert 0 <= answer.points <= scoring.highest(config, 1)
        assert row.score == sum(answer.points for answer in row.answers)
        assert row.correct == sum(answer.correct is True for answer in row.answers)
    scores = [row.score for row in result.rows]
    assert [row.rank for row in result.rows] == scoring.ranks(scores)
    assert scores == sorted(scores, reverse=True)


@many
@given(configs, games, st.floats(0, 1))
def test_a_replay_gives_the_same_state_and_the_same_publications_byte_for_byte(
    config: LiveConfig, tries: Any, where: float
) -> None:
    play = played(config, tries)
    assert durable(play.replayed()) == durable(play.state)
    snapshot_at = int(where * len(play.journal))
    assert durable(play.replayed(snapshot_at)) == durable(play.state)
    again = machine.publications_of(play.key, play.events())
    assert replayable(again) == replayable(play.published)


@many
@given(configs, games)
def test_offsets_of_the_topic_rise_by_one(config: LiveConfig, tries: Any) -> None:
    play = played(config, tries)
    offsets = [p.offset for p in play.published if p.offset is not None]
    assert offsets == list(range(1, play.state.offset + 1))


@many
@given(configs, games)
def test_a_command_delivered_twice_acts_once(config: LiveConfig, tries: Any) -> None:
    once = played(config, tries)
    twice = played(config, tries, twice=True)
    assert twice.journal == once.journal
    assert replayable(twice.published) == replayable(once.published)


some_right = st.sets(st.integers(0, 3), min_size=1)
"""Right options of a question of which several may be chosen, any number of them."""

OTHER_KEYS: tuple[Question, ...] = (
    msgspec.structs.replace(CHOICE, key=ChoiceKey(correct=(0,)), explanation="Else"),
    msgspec.structs.replace(TRUE_FALSE, key=TrueFalseKey(value=False)),
    msgspec.structs.replace(TEXT, key=TextKey(accepted=("Rome",), case_sensitive=True)),
    msgspec.structs.replace(BLANKS, key=BlanksKey(blanks=(("x",), ("y", "z")))),
    msgspec.structs.replace(
        MATCHING,
        key=MatchingKey(
            pairs=(("fr", "Oslo"), ("de", "Paris"), ("it", "Rome")), distractors=("Berlin",)
        ),
    ),
    msgspec.structs.replace(ESSAY, key=EssayKey(guidance="Else"), explanation="Else"),
)


RIGHT = re.compile(rb',"right":\d+')
"""How many are right so far, which hosts alone are told, and only of what is typed."""


def sent(play: Play) -> list[Any]:
    """Everything that left the server, but for what is the hosts' alone."""
    published = []
    for each in play.published:
        line = encode([each.topic, each.event, each.data, each.offset, each.volatile])
        published.append(RIGHT.sub(b"", line) if each.topic == "live:game:hosts" else line)
        assert each.topic == "live:game:hosts" or not RIGHT.search(line)
    return [
        [RIGHT.sub(b"", line) if b"live.host_view" in line else line for line in play.seen],
        published,
        [encode(record) for record in play.records],
        list(play.alarms.values()),
        play.closed_topics,
    ]


def revealed(play: Play, question: int) -> bool:
    """Whether the key of the question, by its place in the quiz, has been shown."""
    index = play.state.order.index(question)
    shown = (Phase.REVEAL, Phase.LEADERBOARD, Phase.ANNOUNCED, Phase.FINISHED)
    settled = play.state.phase in shown and bool(play.named("live.reveal"))
    return play.state.index > index or (play.state.index == index and settled)


@many
@given(configs, games, st.integers(0, 5), some_right, some_right, st.sampled_from([True, None]))
def test_games_that_differ_only_in_a_key_send_the_same_bytes_before_its_reveal(
    config: LiveConfig,
    tries: Any,
    question: int,
    right: set[int],
    other: set[int],
    multiple: bool | None,
) -> None:
    first, second = (
        msgspec.structs.replace(
            CHOICE, key=ChoiceKey(correct=tuple(sorted(places))), multiple=multiple
        )
        for places in (right, other)
    )
    questions = (first, *ALL[1:])
    others = (second, *OTHER_KEYS[1:])
    changed = (*questions[:question], others[question], *questions[question + 1 :])
    ours = Play(config=config, questions=questions)
    theirs = Play(config=config, questions=changed)
    for play in (ours, theirs):
        play.begin()
    assert sent(ours) == sent(theirs)
    for move in tries:
        ours.move(move)
        theirs.move(move)
        if revealed(ours, question):
            break
        assert sent(ours) == sent(theirs)


@many
@given(
    configs,
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 19_000), st.integers(0, 400)),
        min_size=2,
        max_size=5,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_answers_arrive_does_not_change_scores(
    config: LiveConfig, given_answers: Any, random: Any
) -> None:
    config = msgspec.structs.replace(
        config, close_when_all_answered=False, max_players=100, countdown_ms=0
    )
    mixed = list(enumerate(given_answers))
    random.shuffle(mixed)
    boards = []
    for order in (list(enumerate(given_answers)), mixed):
        game = Game(config=config, questions=(TRUE_FALSE,))
        for n in range(len(order)):
            game.join(f"p{n}")
        game.start()
        opened = game.state.opens_at
        game.now += 19_500
        for n, (value, after, latency) in order:
            received = opened + after
            game.answer(f"p{n}", bool(value), received_at=received, round_trip_ms=latency)
        game.next()
        game.next()
        boards.append(game.next() and game.named("live.leaderboard"))
    assert boards[0] == boards[1]
