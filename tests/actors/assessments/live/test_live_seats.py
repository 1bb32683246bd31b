"""Places in a full game: guests who have gone give theirs up."""

from __future__ import annotations

from protocol.assessments.live.commands import (
    BanPlayer,
    KickPlayer,
    LeaveGame,
)
from protocol.assessments.live.configuration import LiveConfig
from tests.actors.assessments.live.games import (
    TRUE_FALSE,
    Game,
    code_of,
)


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
