"""Wiring of the gateway: Socket.IO, GraphQL, pages and the operators' port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import hypercorn.config
import hypercorn.trio
import trio

from gateway.domain_pages import DomainPages
from gateway.front.asgi import AsgiApp
from gateway.front.limits import Limits
from gateway.front.proxies import TrustedProxies
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.graphql.documents.trusted import TrustedDocuments, documents_of_pages
from gateway.graphql.event_streams.server import EventStreams
from gateway.graphql.execution.operations import Operations
from gateway.graphql.http.endpoint import graphql_routes
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.transport_ws.server import TransportServer
from gateway.graphql.transport_ws.settings import Settings as TransportSettings
from gateway.object_links.routes import add_object_routes
from gateway.operators.app import create_operators_app
from gateway.pages import create_app
from gateway.pin_throttle import PinThrottle
from gateway.rate_limits import RateLimiter, Rates
from gateway.realtime.application import RealtimeApplication
from gateway.socketio.server import SocketServer
from gateway.socketio.settings import Settings as SocketSettings
from gateway.streams.bucket import BucketStreams
from gateway.streams.folder import FolderStreams
from gateway.streams.routes import add_stream_routes
from protocol.ports import Reads
from storage.objects.folder import FolderObjects
from storage.rate_limits import ValkeyRateLimits
from storage.reads.reads import CompiledReads
from storage.seal import JwtSeal
from storage.signing_keys import PostgresSigningKeys
from supervisors.domain import PageResources
from supervisors.domains import DOMAINS
from supervisors.domains.communication import ROOM
from supervisors.history import RoomHistory
from supervisors.node import Node
from supervisors.operations import NodeOperations

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


def make_socketio(node: Node, pins: PinThrottle) -> SocketServer:
    """The Socket.IO server with the realtime application on it."""
    application = node.realtime = RealtimeApplication(
        post=node.directory,
        tokens=node.tokens,
        seal=JwtSeal(node.secret, node.clock, former=node.former_secrets),
        pins=pins,
        clock=node.clock,
        spawn=lambda function, *arguments: node.front.spawn(function, *arguments),
        later=lambda seconds, callback: node.front.services.timers.call_later(seconds, callback),
        sessions=node.sessions,
        history=RoomHistory(node.journal, ROOM),
        rights=node.rights,
        signer=node.signer,
    )
    return SocketServer(
        application,
        fan_out=node.fan_out,
        now=node.clock.now,
        settings=SocketSettings(
            allowed_origins=_origins(node),
            same_host_allowed=node.settings.public_url is None,
            roaming=node.settings.roaming_clients,
            max_attachments=0,
        ),
        on_topic_closed=application.topic_closed,
    )


async def make_front(node: Node, pins: PinThrottle) -> Front:
    """Hot routes on the reactor, the rest on the Quart-Trio app.

    The schema and the pages take longer than the loop may be held: they are made in a thread.
    """
    routes = Routes()
    node.socketio.mount(routes)
    reads = CompiledReads(node.read_database)
    secure = node.base_url.startswith("https:")
    node.graphql = await trio.to_thread.run_sync(_make_operations, node, reads, pins)
    node.read_turns = node.graphql.turns
    limiter = _make_limiter(node)
    endpoint = graphql_routes(
        routes,
        node.graphql,
        secure_cookies=secure,
        with_graphiql=node.settings.graphiql,
        limiter=limiter,
    )
    _make_subscriptions(node, reads, limiter)
    node.graphql_sockets.mount(routes)
    node.event_streams = endpoint.streams = EventStreams(
        node.graphql,
        node.subscriptions,
        lambda request, mutates: endpoint.requester(request, mutates=mutates),
        endpoint.cookie_of,
    )
    node.event_streams.mount(routes, limiter)
    streams = _add_file_routes(routes, node)
    limits = Limits(
        connections=node.settings.max_connections,
        connections_per_address=node.settings.max_connections_per_address,
    )
    front = Front(
        routes,
        limits=limits,
        asgi=await trio.to_thread.run_sync(_make_app, node, reads),
        proxies=TrustedProxies(node.settings.trusted_proxies),
        now=node.clock.now,
        announces_tls=secure,
        deflates=node.settings.websocket_compression == "on",
    )
    front.on_drain(node.event_streams.end_all)
    if isinstance(streams, FolderStreams):
        front.on_drain(streams.kept.drop_all)
    return front


def _add_file_routes(routes: Routes, node: Node) -> FolderStreams | BucketStreams:
    """Links to files: of the folder we serve them, of a bucket we only send players there."""
    streams: FolderStreams | BucketStreams
    if isinstance(node.objects, FolderObjects):
        add_object_routes(routes, node.objects)
        streams = FolderStreams(node.streams, node.objects)
    else:
        streams = BucketStreams(node.streams, node.objects)
    add_stream_routes(routes, streams)
    return streams


def _make_operations(node: Node, reads: CompiledReads, pins: PinThrottle) -> Operations:
    """What executes GraphQL, with the schema."""
    return Operations(
        post=node.directory,
        reads=reads,
        tokens=node.tokens,
        clock=node.clock,
        pins=pins,
        introspection=node.settings.introspection,
        trusted=_trusted(node),
    )


def _make_app(node: Node, reads: Reads) -> AsgiApp:
    """The Quart-Trio app: pages, files and whatever else is not hot."""
    app = create_app(
        clock=node.clock,
        domains=_make_pages(node, reads),
        public_url=node.settings.public_url,
        storage_origins=() if node.settings.bucket is None else node.settings.bucket.origins(),
        with_graphiql=node.settings.graphiql,
        with_showcase=not node.settings.production,
    )
    return cast(AsgiApp, app)


def _make_pages(node: Node, reads: Reads) -> list[DomainPages]:
    """Make the pages that the domains add to the Quart-Trio app."""
    known_secrets = (node.secret, *node.former_secrets)
    resources = PageResources(
        post=node.directory,
        reads=reads,
        tokens=node.tokens,
        objects=node.objects,
        signing_keys=PostgresSigningKeys(node.database, known_secrets),
        base_url=lambda: node.base_url,
        former_addresses=node.former_addresses,
    )
    return [make(resources) for domain in DOMAINS for make in domain.pages]


def _make_limiter(node: Node) -> RateLimiter | None:
    """Make the limiter of GraphQL requests per client; None if they are not limited."""
    settings = node.settings
    rates = Rates(
        per_address=settings.rate_limit_per_address,
        per_user=settings.rate_limit_per_user,
        open_on_failure=settings.rate_limit_failure == "open",
    )
    counters = ValkeyRateLimits(node.valkey, node.clock)
    node.rate_limiter = RateLimiter(counters, node.tokens, rates)
    return node.rate_limiter if rates.per_address or rates.per_user else None


def _make_subscriptions(node: Node, reads: CompiledReads, limiter: RateLimiter | None) -> None:
    """What the transports of subscriptions share, and the WebSocket."""
    node.subscriptions = Subscriptions(
        post=node.directory,
        reads=reads,
        clock=node.clock,
        fan_out=node.fan_out,
        rights=node.rights,
        later=lambda seconds, callback: node.front.services.timers.call_later(seconds, callback),
    )
    settings = TransportSettings(
        allowed_origins=_origins(node), same_host_allowed=node.settings.public_url is None
    )
    node.graphql_sockets = TransportServer(node.graphql, node.subscriptions, settings, limiter)


def make_operators_server(node: Node) -> Callable[..., Awaitable[None]]:
    """The operators' app under Hypercorn, for `nursery.start`; it reports its address."""
    settings = node.settings
    hosts = frozenset() if _is_loopback(settings.operators_host) else frozenset({"*"})
    app = create_operators_app(NodeOperations(node), token=settings.operators_token, hosts=hosts)
    config = hypercorn.config.Config()
    config.bind = [_operators_address(node)]
    config.graceful_timeout = 2.0
    config.errorlog = None
    config.accesslog = None

    async def serve(*, task_status: Any = trio.TASK_STATUS_IGNORED) -> None:
        await hypercorn.trio.serve(
            app, config, shutdown_trigger=trio.sleep_forever, task_status=task_status, mode="asgi"
        )

    return serve


def _operators_address(node: Node) -> str:
    """Where the operators' port is, as Hypercorn has it; a descriptor is closed by it."""
    if node.kept is not None:
        return f"fd://{node.kept.operators().detach()}"
    host, port = node.settings.operators_host, node.settings.operators_port
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _trusted(node: Node) -> TrustedDocuments | None:
    """The manifest's documents and those of our own pages; None if clients may send any
    document."""
    texts = node.settings.trusted_documents
    return None if texts is None else TrustedDocuments(texts, documents_of_pages())


def _origins(node: Node) -> tuple[str, ...]:
    """The allowed origins. A proxy may rewrite Host, so they include the public address."""
    public = node.settings.public_url
    return (*node.settings.allowed_origins, *((public.rstrip("/"),) if public else ()))


def _is_loopback(host: str) -> bool:
    return host in LOOPBACK_HOSTS
