"""The payloads of `live.command`, one type for each command, and the message that each becomes.

`command` is the tag, so each type requires exactly what its command needs, and the AsyncAPI
document shows it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from gateway.realtime.wire import ClientId, Id, Payload, ShortInt
from protocol.assessments.bounds import EXTEND_MS, MAX_EXTRA_TIME
from protocol.assessments.live.commands import (
    AcceptTyped,
    BanPlayer,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    HostCommand,
    KickPlayer,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
)
from protocol.assessments.results import MAX_ACCEPTED_ANSWER


class GivenCommand(Payload, frozen=True, kw_only=True, tag_field="command"):
    """Base of the commands. The client chooses `command_id`; a repeated one acts once."""

    live_quiz_id: Id
    command_id: ClientId

    def message(self, by: str) -> HostCommand:
        """The message to the game from the host `by`."""
        raise NotImplementedError


class StartCommand(GivenCommand, frozen=True, kw_only=True, tag="start"):
    def message(self, by: str) -> HostCommand:
        return StartGame(by=by, command_id=self.command_id)


class NextCommand(GivenCommand, frozen=True, kw_only=True, tag="next"):
    """`step` as the host last saw it. `board`: whether the leaderboard follows a reveal."""

    step: ShortInt
    board: bool | None = None

    def message(self, by: str) -> HostCommand:
        return NextStep(by=by, command_id=self.command_id, from_step=self.step, board=self.board)


class PauseCommand(GivenCommand, frozen=True, kw_only=True, tag="pause"):
    def message(self, by: str) -> HostCommand:
        return PauseGame(by=by, command_id=self.command_id)


class ResumeCommand(GivenCommand, frozen=True, kw_only=True, tag="resume"):
    def message(self, by: str) -> HostCommand:
        return ResumeGame(by=by, command_id=self.command_id)


class ExtendCommand(GivenCommand, frozen=True, kw_only=True, tag="extend"):
    extra_ms: Annotated[int, Meta(ge=EXTEND_MS.low, le=EXTEND_MS.high)]

    def message(self, by: str) -> HostCommand:
        return ExtendQuestion(by=by, command_id=self.command_id, extra_ms=self.extra_ms)


class SkipCommand(GivenCommand, frozen=True, kw_only=True, tag="skip"):
    def message(self, by: str) -> HostCommand:
        return SkipQuestion(by=by, command_id=self.command_id)


class AcceptCommand(GivenCommand, frozen=True, kw_only=True, tag="accept"):
    """`step` of the reveal, as the host last saw it."""

    step: ShortInt
    answer: Annotated[str, Meta(min_length=1, max_length=MAX_ACCEPTED_ANSWER)]
    blank: ShortInt = 0

    def message(self, by: str) -> HostCommand:
        return AcceptTyped(
            by=by,
            command_id=self.command_id,
            from_step=self.step,
            answer=self.answer,
            blank=self.blank,
        )


class EndCommand(GivenCommand, frozen=True, kw_only=True, tag="end"):
    def message(self, by: str) -> HostCommand:
        return EndGame(by=by, command_id=self.command_id)


class LockCommand(GivenCommand, frozen=True, kw_only=True, tag="lock"):
    def message(self, by: str) -> HostCommand:
        return LockGame(by=by, command_id=self.command_id, locked=True)


class UnlockCommand(GivenCommand, frozen=True, kw_only=True, tag="unlock"):
    def message(self, by: str) -> HostCommand:
        return LockGame(by=by, command_id=self.command_id, locked=False)


class KickCommand(GivenCommand, frozen=True, kw_only=True, tag="kick"):
    player_id: Id

    def message(self, by: str) -> HostCommand:
        return KickPlayer(by=by, command_id=self.command_id, player_id=self.player_id)


class BanCommand(GivenCommand, frozen=True, kw_only=True, tag="ban"):
    player_id: Id

    def message(self, by: str) -> HostCommand:
        return BanPlayer(by=by, command_id=self.command_id, player_id=self.player_id)


class ExtraTimeCommand(GivenCommand, frozen=True, kw_only=True, tag="extraTime"):
    player_id: Id
    factor: Annotated[float, Meta(ge=1.0, le=MAX_EXTRA_TIME)]

    def message(self, by: str) -> HostCommand:
        return GrantExtraTime(
            by=by, command_id=self.command_id, player_id=self.player_id, factor=self.factor
        )


class HandOverCommand(GivenCommand, frozen=True, kw_only=True, tag="handOver"):
    to_user_id: Id

    def message(self, by: str) -> HostCommand:
        return HandOver(by=by, command_id=self.command_id, to_user_id=self.to_user_id)


AnyCommand = (
    StartCommand
    | NextCommand
    | PauseCommand
    | ResumeCommand
    | ExtendCommand
    | SkipCommand
    | AcceptCommand
    | EndCommand
    | LockCommand
    | UnlockCommand
    | KickCommand
    | BanCommand
    | ExtraTimeCommand
    | HandOverCommand
)
