"""One running installation: its parts, each set by the child of the tree that starts it.

A part exists once its child has started; a child reads only parts of children before it
(`supervisors.tree`). Only the tree, the operators' view and the command line know this class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

from gateway.fanout import LocalFanOut
from gateway.rights import Rights
from protocol.errors import StartupError
from storage.objects.streams import SealedStreams
from storage.passwords import BcryptPasswords
from storage.seal import JwtSeal
from supervisors.clock import TrioClock
from supervisors.installation_secret import known_secrets
from supervisors.keeper.kept import Kept
from supervisors.log_sampling import LogSampler
from supervisors.loop_monitor import LoopMonitor
from supervisors.settings import Settings
from supervisors.stalls import Stalls
from supervisors.wakeups import Wakeups
from supervisors.wall_time import WallTime

if TYPE_CHECKING:
    from gateway.front.server import Front
    from gateway.graphql.event_streams.server import EventStreams
    from gateway.graphql.execution.operations import Operations
    from gateway.graphql.execution.turns import ReadTurns
    from gateway.graphql.subscriptions.service import Subscriptions
    from gateway.graphql.transport_ws.server import TransportServer
    from gateway.rate_limits import RateLimiter
    from gateway.realtime.application import RealtimeApplication
    from gateway.socketio.server import SocketServer
    from protocol.uploads import FileStorage
    from storage.asyncio_thread import AsyncioThread
    from storage.journal.journal import PostgresJournal
    from storage.postgres import Database
    from storage.recovery import PostgresSocketSessions
    from storage.revocations import PostgresRevocations
    from storage.signals import PostgresSignals
    from storage.signer import PresentKeySigner
    from storage.table_sizes import TableSizes
    from storage.tokens import JwtTokens
    from storage.valkey import Valkey
    from supervisors.directory import Directory
    from supervisors.jobs import JobWorker
    from supervisors.relay import OutboxRelay
    from supervisors.supervisor import Supervisor


class Node:
    """The parts of a node. Create it inside `trio.run`.

    A kept one is given its sockets, and its engines run beneath the keeper.
    """

    asyncio_thread: AsyncioThread
    database: Database
    read_database: Database
    read_turns: ReadTurns
    valkey: Valkey
    tokens: JwtTokens
    revocations: PostgresRevocations
    journal: PostgresJournal
    sessions: PostgresSocketSessions
    directory: Directory
    socketio: SocketServer
    realtime: RealtimeApplication
    graphql: Operations
    subscriptions: Subscriptions
    graphql_sockets: TransportServer
    event_streams: EventStreams
    rate_limiter: RateLimiter
    front: Front
    relay: OutboxRelay
    jobs: JobWorker
    table_sizes: TableSizes
    signals: PostgresSignals
    objects: FileStorage
    former_addresses: tuple[str, ...]
    signer: PresentKeySigner
    root: Supervisor
    platform: Supervisor

    def __init__(
        self,
        settings: Settings,
        log_sampler: LogSampler | None = None,
        kept: Kept | None = None,
    ) -> None:
        """`log_sampler` is what `configure_logs` returned; the node writes its summaries."""
        self.settings = settings
        self.log_sampler = log_sampler or LogSampler()
        self.kept = kept
        self.clock = TrioClock()
        self.fan_out = LocalFanOut()
        self.rights = Rights()
        self.wakeups = Wakeups()
        self.passwords = BcryptPasswords()
        self.loop_monitor = LoopMonitor()
        self.stalls = Stalls(self.clock, self.loop_monitor.turn_is_long)
        self.loop_monitor.on_stall = self.stalls.loop_held
        self.loop_monitor.on_overslept = self.clock.leap
        self.wall_time = WallTime(self.clock, self.stalls)
        self.secret, *former = known_secrets(settings)
        self.former_secrets = tuple(former)
        seal = JwtSeal(self.secret, self.clock, former=self.former_secrets)
        self.streams = SealedStreams(seal, self.clock)
        self._superseded = trio.Event()
        self._superseded_by: StartupError | None = None
        self.database_url = settings.database_url
        self.redis_url = settings.redis_url
        self.port = kept.listeners.port if kept else settings.port
        self.operators_port = kept.listeners.operators_port if kept else settings.operators_port

    def give_way(self, error: StartupError) -> None:
        """Another node has this one's place, as `error` says."""
        self._superseded_by = error
        self._superseded.set()

    async def wait_superseded(self) -> None:
        """Raises what `give_way` was given, once it is."""
        await self._superseded.wait()
        if self._superseded_by is not None:
            raise self._superseded_by

    @property
    def base_url(self) -> str:
        """The address at which browsers reach the node."""
        return self.settings.base_url_at(self.port)

    @property
    def operators_url(self) -> str:
        """The address of the operators' port."""
        return f"http://{self.settings.operators_host}:{self.operators_port}"
