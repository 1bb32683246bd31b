"""Journals of finished games become one compressed record each, once a replay has proven them.

A game is replayed from its first event, and what comes out must be what is stored: the results,
and the snapshot if there is one. Only then is the journal folded into an archive,
from which it can still be read (`storage.journal.archives`), and its rows are deleted in batches. A
game that does not pass stays as it is, and the log says why. Archives of games whose course was
deleted go. Whatever interrupts it, the next attempt goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
import trio

from actors.assessments.live.rows import result_rows
from actors.assessments.live.state import LiveState, Presence
from actors.codec import UnreadableJournal
from actors.kind import LiveKind
from actors.loading import replayed
from protocol.archives import MAX_ARCHIVED_BYTES, Archived, Archives, StoredKey
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveResultRows
from protocol.bounded import BoundedDict
from protocol.envelope import Address
from protocol.ports import Clock, Snapshot, StoredEvent
from protocol.records.assessments import FinalBoards, FinalRow
from supervisors.running_job import RunningJob

DAY_MS = 24 * 3_600_000
KEYS_AT_ONCE = 200
EVENTS_AT_ONCE = 500
"""Read, or deleted, in one statement."""
REPLAYED_AT_ONCE = 50
"""Before others run: some milliseconds."""
REMEMBERED = 10_000
"""Games that were not archived, so that they are not replayed every hour."""

log = structlog.get_logger(__name__)


class NotProven(Exception):
    """The replay is not what is stored. The message says what differs."""


class NotOver(Exception):
    """The game was left before its end, which is no fault: its journal stays as it is."""


class GameArchive:
    """Handles `protocol.assessments.archiving.ARCHIVE_GAMES`; `days` 0 keeps all as it is."""

    def __init__(
        self,
        kind: LiveKind,
        *,
        archives: Archives,
        boards: FinalBoards,
        clock: Clock,
        days: int,
    ) -> None:
        self._kind = kind
        self._archives = archives
        self._boards = boards
        self._clock = clock
        self._days = days
        self._refused: BoundedDict[str, int] = BoundedDict(REMEMBERED)

    async def archive(self, job: RunningJob) -> None:
        """Go through all games. Raises `StoaError` if storage fails."""
        if not self._days:
            return
        before, after = self._clock.now() - self._days * DAY_MS, ""
        name = self._kind.name
        while found := await self._archives.keys(name, after=after, limit=KEYS_AT_ONCE):
            for stored in found:
                if stored.last_at < before and stored.first < stored.last:
                    await self._fold(job, stored)
            after = found[-1].key
        while gone := await self._boards.unreachable(before=before, limit=KEYS_AT_ONCE):
            for key in gone:
                await self._forget(job, Address(name, key))

    async def _forget(self, job: RunningJob, address: Address) -> None:
        """The course is deleted, and the game with it: nobody can reach it any more."""
        while True:
            n = await self._archives.forget(address, limit=EVENTS_AT_ONCE)
            job.removed += n
            if n < EVENTS_AT_ONCE:
                return

    async def _fold(self, job: RunningJob, stored: StoredKey) -> None:
        if self._refused.get(stored.key) == stored.last:
            return
        address = Address(self._kind.name, stored.key)
        try:
            archived = await self._proven(address, stored.last)
        except NotOver:
            self._refused.remember(stored.key, stored.last)
            return
        except (NotProven, UnreadableJournal) as refusal:
            self._refused.remember(stored.key, stored.last)
            log.warning("game.not_archived", live_quiz_id=stored.key, why=str(refusal))
            return
        await self._archives.keep(archived, self._clock.now())
        while True:
            n = await self._archives.prune(address, limit=EVENTS_AT_ONCE)
            job.removed += n
            if n < EVENTS_AT_ONCE:
                break
        log.info(
            "game.archived",
            live_quiz_id=stored.key,
            events=archived.events,
            bytes=len(archived.data),
        )

    async def _proven(self, address: Address, last: int) -> Archived:
        """Read, compress and replay the whole journal, then compare with what is stored."""
        replay = _Replay(self._kind, address, await self._archives.snapshot(address))
        writer = self._archives.writer()
        while events := await self._archives.events(
            address, after=replay.version, limit=EVENTS_AT_ONCE
        ):
            await replay.go_on(events)
            if await trio.to_thread.run_sync(writer.add, events) > MAX_ARCHIVED_BYTES:
                raise NotProven("it is too large for an archive")
        if replay.version < last:
            raise NotProven(f"the journal ends at {replay.version}, before {last}")
        replay.compare(await self._boards.rows(address.key))
        return Archived(
            address=address,
            version=replay.version,
            schema=replay.schema,
            events=replay.count,
            first_at=replay.first_at,
            last_at=replay.last_at,
            data=await trio.to_thread.run_sync(writer.finish),
        )


class _Replay:
    """A game from its first event on, and what is known of the events."""

    def __init__(self, kind: LiveKind, address: Address, snapshot: Snapshot | None) -> None:
        self._kind = kind
        self._snapshot = snapshot
        self._state: Any = kind.machine.initial(address.key)
        self.version = self.count = self.schema = self.first_at = self.last_at = 0

    async def go_on(self, events: Sequence[StoredEvent]) -> None:
        """Raises `NotProven` for a gap and another snapshot, `UnreadableJournal`."""
        for n, event in enumerate(events):
            if event.version != self.version + 1:
                raise NotProven(f"event {self.version + 1} is missing")
            self._state = replayed(self._kind, self._state, (event,))
            self._note(event)
            self._compare_snapshot(event.version)
            if n % REPLAYED_AT_ONCE == REPLAYED_AT_ONCE - 1:
                await trio.lowlevel.checkpoint()

    def _compare_snapshot(self, version: int) -> None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.version != version:
            return
        if _durable(self._kind.codec.decode_state(snapshot)) != _durable(self._state):
            raise NotProven(f"the snapshot of version {version} differs")

    def _note(self, event: StoredEvent) -> None:
        self.version, self.last_at = event.version, event.at
        self.first_at = self.first_at or event.at
        self.schema = max(self.schema, event.schema)
        self.count += 1

    def compare(self, stored: Sequence[FinalRow] | None) -> None:
        """Raises `NotOver`, and `NotProven` for a game whose results are stored otherwise.

        The results of a game whose course is gone are gone as well.
        """
        if self._state.phase is not Phase.FINISHED:
            raise NotOver
        if stored is None:
            return
        replayed_rows = sorted(_final_rows(result_rows(self._state)), key=lambda row: row.player_id)
        if list(stored) == replayed_rows:
            return
        differing = {row.player_id for row in {*stored} ^ {*replayed_rows}}
        raise NotProven(f"the results of {len(differing)} players differ")


def _durable(state: LiveState) -> LiveState:
    """Without who was connected, which is in snapshots and not in events.

    And without what only follows from answers and scores: an earlier release derived less of it.
    """
    players = {
        player_id: msgspec.structs.replace(player, before=0, ahead=0, behind=0)
        for player_id, player in state.players.items()
    }
    return msgspec.structs.replace(
        state, presence=Presence(), players=players, top=(), right=None, grades={}
    )


def _final_rows(message: Any) -> list[FinalRow]:
    assert isinstance(message, LiveResultRows)
    return [
        FinalRow(
            player_id=row.player_id,
            score=row.score,
            rank=row.rank,
            correct=row.correct,
            answered=row.answered,
        )
        for row in message.rows
    ]
