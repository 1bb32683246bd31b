"""What the sessions of one Socket.IO server share: the application, the fan-out, rates, counts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from gateway.error_objects import error_object
from gateway.fanout import LocalFanOut
from gateway.rate import Rate
from gateway.socketio.application import Application, TopicClosed
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Socket
from protocol.errors import StoaError


class SocketServices:
    """One for each server. `now` reads milliseconds."""

    __slots__ = (
        "application",
        "connected",
        "ended",
        "events",
        "fan_out",
        "namespaces",
        "now",
        "on_topic_closed",
        "rate",
        "refused_events",
        "settings",
    )

    def __init__(
        self,
        application: Application,
        *,
        fan_out: LocalFanOut,
        now: Callable[[], int],
        settings: Settings,
        namespaces: Collection[str],
        on_topic_closed: TopicClosed | None,
    ):
        self.application = application
        self.fan_out = fan_out
        self.now = now
        self.settings = settings
        self.namespaces = frozenset(namespaces)
        self.on_topic_closed = on_topic_closed
        self.rate = Rate(settings.events_per_second, settings.events_burst)
        self.connected = 0
        self.events = 0
        self.refused_events = 0
        self.ended: dict[str, int] = {}

    def error(self, error: StoaError, socket: Socket) -> dict[str, Any]:
        """`error` in the platform's format, traceable to the socket.

        It has no event number, because the event was not accepted.
        """
        return error_object(error, request_id=f"{socket.id}.refused", now=self.now())
