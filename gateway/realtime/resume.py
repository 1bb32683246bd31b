"""Resume tokens: who a player is, sealed, so that a guest comes back after any disconnect.

The token is a bearer secret of one player in one game. One made for a signed-in user works only
for that user, so that a logout cannot be got round with it.
"""

from __future__ import annotations

import msgspec

from protocol.access import Identity, Seal
from protocol.errors import AuthenticationError
from protocol.recovery import Player

PURPOSE = "live.player"


class _Claims(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    live_quiz_id: str
    player_id: str
    nickname: str
    user_id: str | None = None


class ResumeTokens:
    """Makes and opens resume tokens."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def seal(self, live_quiz_id: str, player: Player) -> str:
        """A token for this player of this game."""
        claims = _Claims(
            live_quiz_id=live_quiz_id,
            player_id=player.player_id,
            nickname=player.nickname,
            user_id=player.user_id,
        )
        return self._seal.sign(PURPOSE, msgspec.to_builtins(claims))

    def open(self, token: str, identity: Identity | None) -> tuple[str, Player]:
        """The game and the player. `AuthenticationError` if forged, or another user's."""
        try:
            claims = msgspec.convert(self._seal.open(PURPOSE, token), _Claims)
        except msgspec.ValidationError:
            raise AuthenticationError("Unusable resume token", reason="invalid") from None
        if claims.user_id is not None and (identity is None or identity.user_id != claims.user_id):
            raise AuthenticationError("Sign in as the user who joined", reason="other_user")
        player = Player(claims.player_id, claims.user_id, claims.nickname)
        return claims.live_quiz_id, player
