"""Players: coming, going, and coming back."""

from __future__ import annotations

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
from protocol.lifecycle import Done
from tests.actors.assessments.live.games import (
    CHOICE,
    TRUE_FALSE,
    Game,
    code_of,
)


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


def test_the_last_of_a_series_of_lobbies_reaches_slow_readers_too() -> None:
    game = Game()
    for player in ("ann", "bob", "cay"):
        game.join(player)
        game.pass_time(500)
    game.pass_time(2_000)
    lobbies = [p for p in game.published if p.event == "live.lobby"]
    assert [p.volatile for p in lobbies] == [True, True, True, False]
    assert lobbies[-1].data == lobbies[-2].data


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
    assert [row.player_id for row in game.board().rows] == ["bob"]


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
