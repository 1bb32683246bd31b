"""The leaderboard: who stands where, where each stood before, and how far the next place is.

When a game is over its scores may be counted anew. Those are shown; the players' own stay what was
played, and what is stored as such follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from actors.assessments.live import scoring
from actors.assessments.live.state import LiveState, Place, Player
from protocol.assessments.live.events import RecountedScore
from protocol.assessments.live.publications import Standing
from protocol.assessments.points import Points, total


def board(state: LiveState) -> list[Standing]:
    """The leaderboard as it was played, best first.

    Equal scores share a rank and are ordered by correct answers, then by nickname and id, so the
    order never depends on who came first.
    """
    players = [p for p in state.players.values() if not p.banned]
    players.sort(key=lambda p: (-p.score, -p.correct, p.nickname, p.player_id))
    found = scoring.ranks(p.score for p in players)
    return [
        Standing(
            rank=rank,
            player_id=p.player_id,
            nickname=p.nickname,
            score=p.score,
            correct=p.correct,
            streak=p.streak,
            moved=_moved(p, rank),
        )
        for rank, p in zip(found, players, strict=True)
    ]


def _moved(player: Player, rank: int) -> int | None:
    return player.before - rank if player.before else None


def place_of(state: LiveState, player: Player) -> Place:
    """Where the player stands, as it is shown."""
    recounted = state.final.get(player.player_id)
    return recounted or Place(player.score, player.rank, player.ahead, player.behind)


def moved(state: LiveState, player: Player) -> int | None:
    """How many places the last revealed question has led up; None where there was none before.

    Of a board that was counted anew nothing is said.
    """
    return None if state.final else _moved(player, player.rank)


def changed(state: LiveState, scores: Sequence[RecountedScore]) -> tuple[RecountedScore, ...]:
    """What is to be shown otherwise, so that these scores are, and all others as played."""
    wanted = {each.player_id: each for each in scores}
    found = []
    for player_id, player in state.players.items():
        played = RecountedScore(player_id, player.score, player.correct)
        score = wanted.get(player_id, played)
        if score != state.recounted.get(player_id, played) and not player.banned:
            found.append(score)
    return tuple(found)


# --- for `evolve` ---------------------------------------------------------------------------------


def rank(state: LiveState) -> None:
    """Put everybody in their places."""
    standings = board(state)
    for standing, ahead, behind in _distances(standings):
        player = state.players[standing.player_id]
        player.rank, player.ahead, player.behind = standing.rank, ahead, behind
    state.scorers = sum(standing.score > 0 for standing in standings)
    state.top = tuple(standings[: state.opening.config.leaderboard_size])
    if state.recounted:
        _rank_anew(state, standings)


def recount(state: LiveState, scores: Sequence[RecountedScore]) -> None:
    """Show these scores from now on, and everybody in the places that follow."""
    for each in scores:
        player = state.players[each.player_id]
        if (each.score, each.correct) == (player.score, player.correct):
            state.recounted.pop(each.player_id, None)
        else:
            state.recounted[each.player_id] = each
    state.final = {}
    rank(state)


def _rank_anew(state: LiveState, played: Sequence[Standing]) -> None:
    counted = [_counted(state, standing) for standing in played]
    counted.sort(key=lambda s: (-s.score, -s.correct, s.nickname, s.player_id))
    ranks = scoring.ranks(standing.score for standing in counted)
    standings = [
        msgspec.structs.replace(standing, rank=rank, moved=None)
        for rank, standing in zip(ranks, counted, strict=True)
    ]
    state.top = tuple(standings[: state.opening.config.leaderboard_size])
    state.final = {
        standing.player_id: Place(standing.score, standing.rank, ahead, behind)
        for standing, ahead, behind in _distances(standings)
    }


def _counted(state: LiveState, played: Standing) -> Standing:
    """The standing with the score that counts, in no place yet."""
    score = state.recounted.get(played.player_id)
    if score is None:
        return played
    return msgspec.structs.replace(played, score=score.score, correct=score.correct)


def _distances(standings: Sequence[Standing]) -> Iterator[tuple[Standing, int, Points]]:
    """Each with the next place above, and the points that are missing to it; 0 for the first."""
    ahead = last = None
    for standing in standings:
        if last is not None and last.score != standing.score:
            ahead = last
        last = standing
        if ahead is None:
            yield standing, 0, 0
        else:
            yield standing, ahead.rank, total(ahead.score, -standing.score)
