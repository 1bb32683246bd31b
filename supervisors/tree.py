"""The supervision tree of a node: lists of children, started in order, stopped in reverse.

The platform is `rest_for_one`: a child may rely on those above it, so when one is restarted, those
below are too. If something keeps failing there, the whole platform is restarted with growing pauses
before the node gives up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import trio

from gateway.pin_throttle import PinThrottle
from protocol.wakes import CANCELLATIONS, JOBS, OUTBOX, REMINDERS, REVOCATIONS
from storage.asyncio_thread import open_asyncio_thread
from storage.jobs import PostgresJobs
from storage.journal.heartbeats import PostgresHeartbeats
from storage.journal.journal import open_journal
from storage.journal.outbox import PostgresOutbox
from storage.journal.reminders import PostgresReminders
from storage.journal.schemas import check_schemas
from storage.node_lock import HeldElsewhere, NodeLock
from storage.postgres import Database
from storage.reads.reads import open_read_database
from storage.records.analytics import PostgresAnalytics
from storage.records.analytics_days import OldAnalytics
from storage.records.enrollments import EndedInvitations
from storage.records.idempotency import CommandKeys
from storage.records.users.registrations import ExpiredRegistrations
from storage.recovery import PostgresSocketSessions
from storage.revocations import PostgresRevocations
from storage.signals import PostgresSignals
from storage.signer import PresentKeySigner
from storage.signing_keys import PostgresSigningKeys
from storage.table_sizes import TableSizes
from storage.throttle import ValkeyThrottle
from storage.tokens import JwtTokens
from storage.valkey import Valkey
from supervisors import starting
from supervisors.actors import KINDS, make_directory
from supervisors.binding import bound
from supervisors.bringing_back import bring_back
from supervisors.domains import DOMAINS
from supervisors.edge import make_front, make_operators_server, make_socketio
from supervisors.engines import POSTGRESQL, VALKEY, embedded_engines
from supervisors.handled_log import run_handled
from supervisors.heartbeat import run_heartbeat
from supervisors.identity import open_identity, token_settings
from supervisors.job_handlers import make_job_handlers
from supervisors.jobs import JobWorker
from supervisors.keeper.kept import KeptEngines
from supervisors.log_sampling import run_summaries
from supervisors.node import Node
from supervisors.objects import open_objects
from supervisors.relay import OutboxRelay
from supervisors.reminders import run_reminders
from supervisors.restarts import Backoff, RestartIntensity
from supervisors.subscribers import Means, Subscribers, merge
from supervisors.supervisor import ChildSpec, Strategy, Supervisor
from supervisors.sweeper import run_sweeper
from supervisors.table_sizes import run_table_sizes

Status = trio.TaskStatus[None]
Ready = Callable[[], Awaitable[None]]


async def run_node(node: Node, ready: Ready) -> None:
    """Start the node, call `ready`, and run until cancelled; then stop in order.

    Raises `StartupError` when a part cannot start or another node has taken this one's place,
    `SupervisorGaveUp` when one keeps falling.
    """
    node.root = make_tree(node)
    async with trio.open_nursery() as nursery:
        await nursery.start(node.root.run)
        nursery.start_soon(node.wait_superseded)
        await ready()


def make_tree(node: Node) -> Supervisor:
    """The tree.

    The operators' port is beside everything else, so that it can report when that fails. It starts
    first and stops last: a load balancer sees the drain, an operator the restarts.
    """
    node.platform = make_platform(node)
    return Supervisor(
        [
            ChildSpec(id="operators", start=partial(_operators, node)),
            node.platform.as_child(),
        ],
        id="stoa",
        strategy=Strategy.ONE_FOR_ONE,
        intensity=RestartIntensity(max_restarts=20, max_seconds=600),
        backoff=Backoff(initial_seconds=1.0, cap_seconds=30.0),
    )


def make_platform(node: Node) -> Supervisor:
    """The children of a node in the order in which they start."""
    drain = node.settings.drain_seconds
    return Supervisor(
        [
            ChildSpec(id="log summaries", start=partial(run_summaries, node.log_sampler)),
            ChildSpec(id="loop monitor", start=node.loop_monitor.run),
            *_ground(node),
            ChildSpec(id="node lock", start=partial(_node_lock, node)),
            *_backstage(node),
            ChildSpec(id="revocations", start=partial(_revocations, node)),
            ChildSpec(id="reminders", start=partial(_reminders, node)),
            ChildSpec(id="outbox relay", start=partial(_relay, node)),
            ChildSpec(id="socket sessions", start=partial(_sessions, node)),
            ChildSpec(
                id="front",
                start=partial(_front, node),
                stop=lambda: _drain_front(node),
                shutdown_seconds=drain + 1,
            ),
            ChildSpec(id="handled log", start=partial(_handled, node)),
            ChildSpec(id="heartbeat", start=partial(_heartbeat, node)),
            ChildSpec(id="jobs", start=partial(_jobs, node)),
            ChildSpec(id="table sizes", start=partial(_table_sizes, node)),
        ],
        id="platform",
        strategy=Strategy.REST_FOR_ONE,
    )


def make_backstage(node: Node) -> Supervisor:
    """Engines, storage and actors without a front, for commands that only load data.

    They may run beside a node, so they do not take its place.
    """
    return Supervisor(
        [*_ground(node), *_backstage(node)], id="platform", strategy=Strategy.REST_FOR_ONE
    )


def _ground(node: Node) -> list[ChildSpec]:
    drain = node.settings.drain_seconds
    return [
        _engines(node),
        ChildSpec(
            id="asyncio thread", start=partial(_asyncio_thread, node), shutdown_seconds=drain
        ),
    ]


def _backstage(node: Node) -> list[ChildSpec]:
    drain = node.settings.drain_seconds
    return [
        ChildSpec(id="storage", start=partial(_storage, node), shutdown_seconds=drain),
        ChildSpec(id="signer", start=partial(_signer, node)),
        ChildSpec(id="signals", start=partial(_signals, node)),
        ChildSpec(id="objects", start=partial(_objects, node)),
        ChildSpec(id="journal", start=partial(_journal, node), shutdown_seconds=drain),
        ChildSpec(
            id="actors",
            start=partial(_actors, node),
            stop=lambda: node.directory.drain(drain),
            shutdown_seconds=drain + 1,
        ),
    ]


def _engines(node: Node) -> ChildSpec:
    """The embedded engines, for those that are not configured: ours, or the keeper's."""

    def found(urls: dict[str, str]) -> None:
        node.database_url = urls.get(POSTGRESQL, node.database_url)
        node.redis_url = urls.get(VALKEY, node.redis_url)

    if node.kept is not None:
        return KeptEngines(node.kept, found).as_child()
    engines = embedded_engines(node.settings)
    found({name: each.engine.url for name, each in engines.items()})
    children = [
        ChildSpec(id=name, start=each.engine.run, shutdown_seconds=each.shutdown_seconds)
        for name, each in engines.items()
    ]
    return Supervisor(children, id="engines").as_child()


async def _asyncio_thread(node: Node, *, task_status: Status) -> None:
    async with open_asyncio_thread() as node.asyncio_thread:
        task_status.started()
        await trio.sleep_forever()


async def _node_lock(node: Node, *, task_status: Status) -> None:
    """Be the only node of this database, before anything is migrated or read."""
    assert node.database_url is not None
    lock = NodeLock(node.asyncio_thread, node.database_url, node.settings.node)
    try:
        await lock.run(task_status.started)
    except HeldElsewhere as error:
        node.give_way(error)
        raise


async def _storage(node: Node, *, task_status: Status) -> None:
    """Both connection pools, which reconnect when an engine comes back."""
    assert node.database_url is not None
    assert node.redis_url is not None
    node.database = await Database.open(node.asyncio_thread, node.database_url)
    try:
        starting.say_what_starts(node.settings)
        await starting.migrate_and_say(node.database)
        # Before anything else reads the clock.
        node.wall_time.resume(await PostgresHeartbeats(node.database).last_beat())
        node.read_database = await open_read_database(node.database)
        node.valkey = await Valkey.open(node.asyncio_thread, node.redis_url)
        await starting.look_at_memory(node.valkey)
        await open_identity(node)
        node.tokens = JwtTokens(token_settings(node), node.valkey, node.clock)
        await node.tokens.recall()
        node.revocations = PostgresRevocations(node.database, node.tokens.revocations, node.clock)
        await node.revocations.load()
        try:
            task_status.started()
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True):
                await node.valkey.close()
    finally:
        with trio.CancelScope(shield=True):
            await node.database.close()


async def _signer(node: Node, *, task_status: Status) -> None:
    """Know the key that signs receipts."""
    keys = PostgresSigningKeys(node.database, (node.secret, *node.former_secrets))
    node.signer = PresentKeySigner(keys, lambda: node.base_url, node.clock)
    await node.signer.run(task_status=task_status)


async def _signals(node: Node, *, task_status: Status) -> None:
    """Exchange wakes with the other processes of the installation."""
    assert node.database_url is not None
    node.signals = PostgresSignals(
        node.asyncio_thread,
        node.database_url,
        deliver=node.wakeups.deliver,
        deliver_all=node.wakeups.deliver_all,
    )
    node.database.woken = node.signals.committed
    task_status.started()
    await node.signals.run()


async def _journal(node: Node, *, task_status: Status) -> None:
    known = {kind.name: kind.machine.schema for kind in KINDS if not kind.volatile}
    await check_schemas(node.database, known)
    writers = {kind: write for domain in DOMAINS for kind, write in domain.record_writers.items()}
    async with open_journal(
        node.database, clock=node.clock, node=node.settings.node, records=writers
    ) as node.journal:
        node.fan_out.position = node.journal.position
        task_status.started()
        await trio.sleep_forever()


async def _actors(node: Node, *, task_status: Status) -> None:
    last = await PostgresHeartbeats(node.database).last_beat()
    node.directory = make_directory(node, None if last is None else last.at)
    await node.directory.run(task_status)


async def _revocations(node: Node, *, task_status: Status) -> None:
    """Hear of sessions that were ended, wherever."""
    waiter = node.wakeups.waiter(REVOCATIONS)
    await node.revocations.run(waiter, task_status=task_status)


async def _reminders(node: Node, *, task_status: Status) -> None:
    reminders = PostgresReminders(node.database)
    waiter = node.wakeups.waiter(REMINDERS)
    await run_reminders(reminders, node.directory, node.clock, waiter, task_status=task_status)


async def _relay(node: Node, *, task_status: Status) -> None:
    means = Means(
        fan_out=node.fan_out,
        rights=node.rights,
        refuse_tokens=node.tokens.revocations.refuse,
        post=node.directory,
    )
    domains = Subscribers(merge(domain.reactions for domain in DOMAINS), means)
    analytics = PostgresAnalytics(node.database)
    subscribers = [domains.deliver, analytics.record]
    waiter = node.wakeups.waiter(OUTBOX)
    node.relay = OutboxRelay(PostgresOutbox(node.database), node.clock, subscribers, waiter)
    await node.relay.run(task_status=task_status)


async def _jobs(node: Node, *, task_status: Status) -> None:
    """The job worker. It comes after the front, whose port is in the links of e-mails."""
    node.jobs = JobWorker(
        PostgresJobs(node.database),
        node.clock,
        make_job_handlers(node),
        node=node.settings.node,
        waiter=node.wakeups.waiter(JOBS),
        cancellations=node.wakeups.waiter(CANCELLATIONS),
    )
    await node.jobs.run(task_status=task_status)


async def _objects(node: Node, *, task_status: Status) -> None:
    async with open_objects(node) as node.objects:
        task_status.started()
        await trio.sleep_forever()


async def _heartbeat(node: Node, *, task_status: Status) -> None:
    """Comes after the front, so that games come back when their players can, and then beats.

    With the front the outage is over: whoever asks for an attempt from now on gets it at once,
    however many others are still being brought back.
    """
    task_status.started()
    timed = [kind.name for kind in KINDS if kind.timed]
    node.directory.outage_is_over()
    await bring_back(node.directory, PostgresReminders(node.database), node.clock, timed)
    # A pool of its own: a beat that waits behind other work would say that storage is silent.
    own = await node.database.companion()
    try:
        await run_heartbeat(
            PostgresHeartbeats(own),
            node.settings.node,
            node.wall_time.beat,
            stalls=node.stalls,
            is_idle=lambda: node.directory.is_empty and not node.stalls.storage_is_silent(),
            until_busy=node.directory.wait_occupied,
            look=lambda: node.wall_time.look(needed=node.directory.lives_by_the_clock),
        )
    finally:
        with trio.CancelScope(shield=True):
            await own.close()


async def _sessions(node: Node, *, task_status: Status) -> None:
    node.sessions = PostgresSocketSessions(
        node.database, clock=node.clock, node=node.settings.node, writer=node.journal.number
    )
    keys = CommandKeys(node.database, node.clock)
    registrations = ExpiredRegistrations(node.database, node.clock)
    analytics = OldAnalytics(node.database, node.clock, node.settings.analytics_days)
    invitations = EndedInvitations(node.database, node.clock)
    swept = (node.sessions, keys, registrations, invitations, node.revocations, analytics)
    await run_sweeper(*swept, task_status=task_status)


async def _front(node: Node, *, task_status: Status) -> None:
    pins = PinThrottle(ValkeyThrottle(node.valkey), node.clock)
    node.socketio = make_socketio(node, pins)
    node.front = await make_front(node, pins)
    async with trio.open_nursery() as nursery:
        serve = partial(
            node.front.serve,
            host=node.settings.host,
            port=node.settings.port,
            listener=node.kept.public() if node.kept else None,
        )
        node.port = await bound(nursery, serve, "STOA_HOST", "STOA_PORT")
        task_status.started()


async def _table_sizes(node: Node, *, task_status: Status) -> None:
    node.table_sizes = TableSizes(node.database)
    await run_table_sizes(node.table_sizes, task_status=task_status)


async def _handled(node: Node, *, task_status: Status) -> None:
    await run_handled(node.realtime.handled.totals, task_status=task_status)


async def _drain_front(node: Node) -> None:
    node.socketio.close_all()
    await node.front.drain(node.settings.drain_seconds)


async def _operators(node: Node, *, task_status: Status) -> None:
    serve = make_operators_server(node)
    async with trio.open_nursery() as nursery:
        [address] = await bound(nursery, serve, "STOA_OPERATORS_HOST", "STOA_OPERATORS_PORT")
        node.operators_port = int(address.rsplit(":", 1)[1])
        task_status.started()
