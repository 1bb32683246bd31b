"""Players: coming, going, coming back, and answering."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.assessments.live.state import MAX_DEVICES
from protocol.assessments.bounds import MAX_NICKNAME
from protocol.assessments.live.commands import (
    BanPlayer,
    EndGame,
    JoinGame,
    KickPlayer,
    LeaveGame,
    LockGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.quizzes import BlanksKey, ChoiceKey, Question, TextKey
from protocol.errors import ClientError, RefusedError, ValidationError
from protocol.lifecycle import Done
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    Game,
)


def code_of(action: Any, *args: Any, **fields: Any) -> str:
    with pytest.raises(ClientError) as refused:
        action(*args, **fields)
    return refused.value.code


def test_a_lobby_tells_who_is_there_in_batches() -> None:
    game = Game()
    for player in ("ann", "bob", "cay"):
        game.join(player)
    assert game.named("live.lobby") == []
    game.pass_time(250)
    (lobby,) = game.named("live.lobby")
    assert (lobby.players, lobby.connected, lobby.names) == (3, 3, ("cay", "bob", "ann"))
    game.host(KickPlayer, player_id="bob")
    game.pass_time(250)
    lobby = game.named("live.lobby")[-1]
    assert (lobby.players, lobby.connected, lobby.names) == (2, 2, ("cay", "ann"))


def test_a_lobby_names_at_most_a_hundred() -> None:
    game = Game(strict=False)
    for n in range(120):
        game.join(f"p{n}")
    game.pass_time(250)
    (lobby,) = game.named("live.lobby")
    assert (lobby.players, len(lobby.names), lobby.names[0]) == (120, 100, "p119")


def test_nicknames_are_unique_whatever_their_case() -> None:
    game = Game()
    game.join("ann", nickname="  Ann  Lee ")
    assert game.state.players["ann"].nickname == "Ann Lee"
    assert code_of(game.join, "bob", nickname="ANN LEE") == "NICKNAME_TAKEN"
    assert code_of(game.join, "bob", nickname="") == "VALIDATION_ERROR"


def by_full_name(game: Game, player: str, nickname: str) -> str:
    command = JoinGame(
        player_id=player, user_id=player, nickname=nickname, connection_id=player, chosen=False
    )
    view = game.do(command)
    assert game.events()[-1].nickname == view.nickname
    return str(view.nickname)


def test_students_of_the_same_name_are_told_apart_by_a_number() -> None:
    game = Game()
    assert by_full_name(game, "a", "Ana Silva") == "Ana Silva"
    assert by_full_name(game, "b", "ana silva") == "ana silva 2"
    game.join("guest", nickname="Ana Silva 3", user=False)
    assert by_full_name(game, "c", "Ana Silva") == "Ana Silva 4"
    assert code_of(game.join, "d", nickname="Ana Silva") == "NICKNAME_TAKEN"
    assert code_of(game.join, "e", nickname="Ana Silva", user=False) == "NICKNAME_TAKEN"
    game.host(KickPlayer, player_id="b")
    assert by_full_name(game, "b", "Ana Silva") == "Ana Silva 2"


def test_a_long_name_is_cut_for_its_number() -> None:
    game = Game()
    name = "x" * (MAX_NICKNAME - 2) + " y"
    assert by_full_name(game, "a", name) == name
    assert by_full_name(game, "b", name) == "x" * (MAX_NICKNAME - 2) + " 2"
    for n in range(3, 12):
        assert len(by_full_name(game, f"p{n}", name)) <= MAX_NICKNAME
    assert len(game.state.names) == 11


def test_a_full_game_takes_nobody_new() -> None:
    game = Game(config=LiveConfig(max_players=1))
    game.join("ann")
    assert code_of(game.join, "bob") == "GAME_FULL"
    game.join("ann")
    game.host(BanPlayer, player_id="ann")
    game.join("bob")


def test_guests_come_only_where_they_are_allowed() -> None:
    assert code_of(Game(config=LiveConfig(allow_guests=False)).join, "g", user=False) == (
        "GUESTS_NOT_ALLOWED"
    )
    assert Game().join("g", user=False).nickname == "g"


def test_a_locked_game_lets_only_its_players_back() -> None:
    game = Game()
    game.join("ann")
    game.join("kit")
    game.host(KickPlayer, player_id="kit")
    game.host(LockGame, locked=True)
    assert code_of(game.join, "bob") == "GAME_LOCKED"
    assert code_of(game.join, "kit") == "GAME_LOCKED"
    assert game.join("ann").locked
    game.host(LockGame, locked=False)
    game.join("bob")
    game.join("kit")


def test_a_kicked_player_may_return_under_another_name_with_the_score() -> None:
    game = Game(questions=(TRUE_FALSE,) * 2)
    game.join("ann", nickname="Rude")
    game.join("bob")
    game.start()
    game.answer("ann", True)
    game.next()
    game.next()
    game.host(KickPlayer, player_id="ann")
    assert game.closed_topics[0].topic == "live:game:player:ann"
    assert game.named("live.put_out")[0].banned is False
    assert code_of(game.answer, "ann", True) == "NOT_A_PLAYER"
    view = game.join("ann", nickname="Polite")
    assert (view.nickname, view.score, view.rank) == ("Polite", 1000, 1)
    game.join("cay", nickname="Rude")
    assert game.state.present == 3


def test_a_banned_player_never_returns_and_leaves_the_board() -> None:
    game = Game(questions=(TRUE_FALSE,))
    game.join("ann")
    game.join("bob")
    game.start()
    game.answer("ann", True)
    game.next()
    game.next()
    assert game.state.players["bob"].rank == 2
    game.host(BanPlayer, player_id="ann")
    assert code_of(game.join, "ann") == "BANNED"
    assert game.state.players["bob"].rank == 1
    game.next()
    board = game.named("live.leaderboard")[0]
    assert (board.total_players, [s.player_id for s in board.top]) == (1, ["bob"])
    game.next()
    assert [row.player_id for row in game.records[-1].rows] == ["bob"]


def test_late_joiners_enter_at_the_next_question() -> None:
    game = Game(questions=(TRUE_FALSE,) * 2)
    game.join("ann")
    game.start()
    late = game.join("bob")
    assert (late.question, late.phase, late.players) == (None, Phase.OPEN, 2)
    assert code_of(game.answer, "bob", True) == "QUESTION_NOT_OPEN"
    game.answer("ann", True)
    game.next()
    results = game.named("live.result")
    assert [r.rank for r in results] == [1]
    assert game.join("bob").reveal is not None
    newest = game.join("cay")
    assert (newest.rank, newest.result) == (2, None)
    game.next()
    game.next()
    assert game.join("bob").question is not None
    game.answer("bob", True)


def test_coming_back_returns_everything() -> None:
    game = Game(questions=(CHOICE, TRUE_FALSE), config=LiveConfig(shuffle_options=True))
    game.join("ann")
    game.join("bob")
    game.start()
    game.answer("ann", [0, 2])
    view = game.join("ann")
    assert (view.answer, view.answer_id) == ([0, 2], "ann-0")
    assert view.question == game.named("live.question")[0]
    assert sorted(view.order) == [0, 1, 2, 3]
    assert view.orders["0"] == view.order
    assert view.offset == 1
    game.next()
    closed = game.join("ann")
    assert (closed.phase, closed.answer) == (Phase.CLOSED, [0, 2])
    game.next()
    revealed = game.join("ann")
    assert revealed.reveal == game.named("live.reveal")[0]
    assert revealed.result == game.named("live.result")[0]
    game.next()
    board = game.join("ann")
    assert (board.question, board.leaderboard) == (None, game.named("live.leaderboard")[0])


def test_after_the_end_players_see_the_final_board_and_newcomers_do_not_enter() -> None:
    game = Game()
    game.join("ann")
    game.join("kit")
    game.host(KickPlayer, player_id="kit")
    game.host(EndGame)
    assert game.join("ann").leaderboard == game.named("live.finished")[0]
    assert code_of(game.join, "bob") == "GAME_FINISHED"
    assert code_of(game.join, "kit") == "GAME_FINISHED"


def test_shuffled_options_are_the_same_for_all_but_their_order_is_the_players() -> None:
    config = LiveConfig(shuffle_options=True, shuffle_questions=True)
    game = Game(config=config)
    views = [game.join(f"p{n}") for n in range(12)]
    at = str(game.state.order.index(0))
    assert {len(view.orders) for view in views} == {2}
    assert len({view.orders[at] for view in views}) > 1
    assert sorted(game.state.order) == [0, 1, 2, 3, 4, 5]
    assert game.state.order != (0, 1, 2, 3, 4, 5)


def test_a_player_is_connected_while_one_device_is() -> None:
    game = Game()
    for device in range(MAX_DEVICES + 2):
        game.do(
            JoinGame(player_id="ann", user_id="ann", nickname="ann", connection_id=f"d{device}")
        )
    assert len(game.state.presence.connections["ann"]) == MAX_DEVICES
    for device in range(2, MAX_DEVICES + 1):
        assert game.do(LeaveGame(player_id="ann", connection_id=f"d{device}")) == Done()
    assert "ann" in game.state.presence.connections
    game.do(LeaveGame(player_id="ann", connection_id="d0"))
    assert "ann" in game.state.presence.connections
    game.do(LeaveGame(player_id="ann", connection_id=f"d{MAX_DEVICES + 1}"))
    assert "ann" not in game.state.presence.connections


def test_a_deserted_game_leaves_memory_and_one_with_players_does_not() -> None:
    game = Game()
    game.join("ann")
    game.do(LeaveGame(player_id="ann", connection_id="ann-1"))
    game.join("ann")
    game.pass_time(700_000)
    assert not game.passivated
    game.do(LeaveGame(player_id="ann", connection_id="ann-1"))
    game.pass_time(700_000)
    assert game.passivated


def test_another_players_leaving_does_not_look_for_the_last() -> None:
    game = Game()
    game.join("ann")
    game.join("bob")
    game.do(LeaveGame(player_id="ann", connection_id="ann-1"))
    assert "leave" not in game.alarms


# --- answers --------------------------------------------------------------------------------------


def asked(*questions: Any, **config: Any) -> Game:
    game = Game(questions=questions, config=LiveConfig(**config))
    game.join("ann")
    game.join("bob")
    game.start()
    return game


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (CHOICE, []),
        (CHOICE, [4]),
        (CHOICE, [-1]),
        (CHOICE, [1, 1]),
        (CHOICE, [True]),
        (CHOICE, ["1"]),
        (CHOICE, "1"),
        (CHOICE, [0, 1, 2, 3, 0]),
        (TRUE_FALSE, "true"),
        (TEXT, True),
        (TEXT, "x" * 5_001),
        (ESSAY, ["x"]),
        (BLANKS, ["two"]),
        (BLANKS, ["two", 4]),
        (BLANKS, "two four"),
        (MATCHING, [0, 1]),
        (MATCHING, [0, 1, 4]),
        (MATCHING, ["a", "b", "c"]),
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused_by_its_field(question: Any, answer: Any) -> None:
    game = asked(question)
    with pytest.raises(ValidationError) as refused:
        game.answer("ann", answer)
    assert refused.value.details["fields"][0]["field"] == "answer"
    assert game.state.answered == 0


@pytest.mark.parametrize("answer_id", ["", "x" * 101])
def test_an_answers_id_is_bounded(answer_id: str) -> None:
    assert code_of(asked(TRUE_FALSE).answer, "ann", True, answer_id=answer_id) == (
        "VALIDATION_ERROR"
    )


def test_the_same_answer_again_gets_the_same_acknowledgement_in_every_phase() -> None:
    game = asked(TRUE_FALSE)
    first = game.answer("ann", True, answer_id="mine")
    for _ in range(4):
        game.now += 30_000
        assert game.answer("ann", False, answer_id="mine") == first
        assert code_of(game.answer, "ann", True, answer_id="other") == "ALREADY_ANSWERED"
        game.next()


def test_answers_out_of_place_are_refused() -> None:
    game = Game(questions=(TRUE_FALSE,) * 2)
    assert code_of(game.answer, "ann", True, index=0) == "NOT_A_PLAYER"
    game.join("ann")
    game.join("bob")
    assert code_of(game.answer, "ann", True, index=0) == "QUESTION_NOT_OPEN"
    game.start()
    assert code_of(game.answer, "ann", True, index=1) == "QUESTION_NOT_OPEN"
    assert code_of(game.answer, "ann", True, index=-1) == "QUESTION_NOT_OPEN"
    late = game.state.closes_at + 1
    assert code_of(game.answer, "ann", True, received_at=late) == "QUESTION_CLOSED"
    game.next()
    assert code_of(game.answer, "ann", True) == "QUESTION_CLOSED"
    for _ in range(3):
        game.next()
    assert code_of(game.answer, "ann", True, index=0) == "QUESTION_CLOSED"


def test_the_question_closes_when_all_connected_have_answered() -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    assert game.state.phase is Phase.OPEN
    game.answer("bob", True)
    assert game.state.phase is Phase.CLOSED
    assert game.state.answered == 2


def test_the_question_stays_open_when_it_is_to_take_its_time() -> None:
    game = asked(TRUE_FALSE, close_when_all_answered=False)
    game.answer("ann", True)
    game.answer("bob", True)
    assert game.state.phase is Phase.OPEN
    game.pass_time(20_000)
    assert game.state.phase is Phase.CLOSED


def test_who_has_left_is_not_waited_for_but_nothing_closes_by_leaving() -> None:
    game = asked(TRUE_FALSE)
    game.join("cay")
    game.do(LeaveGame(player_id="bob", connection_id="bob-1"))
    assert game.state.phase is Phase.OPEN
    game.answer("ann", True)
    assert game.state.phase is Phase.CLOSED


def test_the_histogram_reaches_the_hosts_a_few_times_a_second() -> None:
    game = asked(CHOICE)
    game.answer("ann", [1, 3])
    assert "histogram" not in game.alarms
    game.attach()
    game.join("cay")
    game.answer("bob", [1])
    game.next()
    game.next()
    game.pass_time(250)
    assert game.named("live.histogram") == []
    game = asked(CHOICE, close_when_all_answered=False)
    game.attach()
    game.answer("ann", [1, 3])
    game.answer("bob", [1])
    game.pass_time(250)
    (histogram,) = [p for p in game.published if p.event == "live.histogram"]
    assert (histogram.topic, histogram.volatile) == ("live:game:hosts", True)
    assert histogram.data.counts == {"1": 2, "3": 1}
    assert (histogram.data.answered, histogram.data.connected) == (2, 2)


def test_a_reveal_has_the_key_in_the_shape_of_an_answer() -> None:
    game = Game()
    game.join("ann")
    game.start()
    for _ in range(6):
        for _ in range(4):
            game.next()
    shown = [(reveal.correct, reveal.accepted) for reveal in game.named("live.reveal")]
    matching = game.named("live.question")[4]
    texts = [matching.options[i].text for i in shown[4][0]]
    assert texts == ["Paris", "Berlin", "Rome"]
    assert shown[:4] + shown[5:] == [
        ([1, 3], ()),
        (True, ()),
        ("Paris", ("Paris", "Lutetia")),
        (["two", "four"], ()),
        (None, ()),
    ]


@pytest.mark.parametrize(
    ("question", "answer", "shown", "points"),
    [
        (CHOICE, [1, 3], ["2", "3"], 1000),
        (TRUE_FALSE, False, False, 0),
        (TEXT, "paris", "paris", 1000),
        (ESSAY, "Because", "Because", 0),
        (BLANKS, ["two", "5"], ["two", "5"], 500),
    ],
)
def test_results_show_answers_as_they_were_meant(
    question: Question, answer: Any, shown: Any, points: int
) -> None:
    game = asked(question)
    game.answer("ann", answer)
    game.host(EndGame)
    (outcome,) = game.records[-1].rows[0].answers
    assert (outcome.answer, outcome.points, outcome.elapsed_ms) == (shown, points, 0)


def test_results_show_matches_by_their_texts() -> None:
    game = asked(MATCHING)
    options = {option.text: option.id for option in game.named("live.question")[0].options}
    game.answer("bob", [options["Paris"], options["Rome"], options["Rome"]])
    game.host(EndGame)
    (outcome,) = game.records[-1].rows[0].answers
    assert (outcome.answer, outcome.points) == (["Paris", "Rome", "Rome"], 667)


def keyed(question: Question, key: Any) -> Question:
    return msgspec.structs.replace(question, key=key)


@pytest.mark.parametrize(
    ("question", "correct", "accepted"),
    [
        (keyed(TEXT, TextKey(number=1.5, tolerance=0.1)), "1.5", ("1.5",)),
        (keyed(TEXT, TextKey()), None, ()),
        (keyed(BLANKS, BlanksKey(blanks=((), ()), numbers=((2.0, 0.0),))), ["2", ""], ()),
    ],
)
def test_a_reveal_shows_numbers_and_what_has_no_key(
    question: Question, correct: Any, accepted: Any
) -> None:
    game = asked(question)
    game.next()
    game.next()
    (reveal,) = game.named("live.reveal")
    assert (reveal.correct, reveal.accepted) == (correct, accepted)


def test_a_question_says_whether_several_may_be_chosen() -> None:
    for key in (ChoiceKey(correct=(1,)), ChoiceKey(correct=(1, 3))):
        for multiple, shown in ((True, True), (False, False), (None, True)):
            question = msgspec.structs.replace(CHOICE, key=key, multiple=multiple)
            assert asked(question).named("live.question")[0].multiple is shown
    assert not asked(TRUE_FALSE).named("live.question")[0].multiple


def test_a_game_without_players_ends_like_any_other() -> None:
    game = Game(questions=(TRUE_FALSE,))
    game.start()
    game.pass_time(20_000)
    assert game.state.phase is Phase.CLOSED
    for _ in range(3):
        game.next()
    assert game.named("live.finished")[0].top == ()


def test_refusals_say_what_is_wrong() -> None:
    game = Game(config=LiveConfig(max_players=1))
    game.join("ann")
    with pytest.raises(RefusedError) as refused:
        game.join("bob")
    assert refused.value.details == {"max_players": 1}


def guest_gone(game: Game, player: str) -> None:
    game.join(player, user=False)
    game.do(LeaveGame(player_id=player, connection_id=f"{player}-1"))


def test_a_guest_who_left_without_an_answer_gives_the_place_to_a_newcomer() -> None:
    game = Game(config=LiveConfig(max_players=2))
    guest_gone(game, "first")
    guest_gone(game, "second")
    view = game.join("ann")
    assert (view.players, list(game.state.players)) == (2, ["second", "ann"])
    assert game.join("new", nickname="first", user=False).players == 2
    assert code_of(game.join, "bob", user=False) == "GAME_FULL"
    assert code_of(game.join, "first", user=False) == "NICKNAME_TAKEN"


def test_one_guest_fills_no_game_by_coming_and_going() -> None:
    game = Game(config=LiveConfig(max_players=3))
    for number in range(50):
        guest_gone(game, f"guest-{number}")
    assert len(game.state.players) == len(game.state.names) == 3
    for student in ("ann", "bob", "cay"):
        game.join(student)
    assert code_of(game.join, "dan") == "GAME_FULL"


def test_guests_who_stay_keep_nobody_with_an_account_out() -> None:
    game = Game(config=LiveConfig(max_players=2))
    game.join("guest", user=False)
    game.join("other", user=False)
    assert game.join("ann").players == 3
    game.join("bob")
    assert code_of(game.join, "cay") == "GAME_FULL"
    assert code_of(game.join, "third", user=False) == "GAME_FULL"


def test_who_has_answered_or_was_banned_keeps_the_place() -> None:
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig(max_players=2, leaderboard_size=5))
    game.join("guest", user=False)
    guest_gone(game, "banned")
    game.host(BanPlayer, player_id="banned")
    guest_gone(game, "kicked")
    game.host(KickPlayer, player_id="kicked")
    game.start()
    game.answer("guest", True)
    game.do(LeaveGame(player_id="guest", connection_id="guest-1"))
    for _ in range(2):
        game.next()
    assert "kicked" in {standing.player_id for standing in game.state.top}
    game.join("ann")
    assert list(game.state.players) == ["guest", "banned", "ann"]
    assert "kicked" not in {standing.player_id for standing in game.state.top}
    assert game.state.kicked == 0
    assert code_of(game.join, "banned", user=False) == "BANNED"
    assert code_of(game.join, "late", user=False) == "GAME_FULL"
    game.restart()


def test_a_guest_who_gave_up_the_place_comes_back_as_a_newcomer() -> None:
    game = Game(config=LiveConfig(max_players=1))
    guest_gone(game, "guest")
    game.join("ann")
    assert code_of(game.join, "guest", user=False) == "GAME_FULL"
    game.host(BanPlayer, player_id="ann")
    assert game.join("guest", user=False).players == 1
