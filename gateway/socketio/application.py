"""What the Socket.IO server needs of the application behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gateway.socketio.socket import Acknowledge, Decision, Socket

TopicClosed = Callable[[Socket, str, str], None]
"""Called with the socket, the topic and the reason."""


class Application(Protocol):
    """The application behind the server. Methods are called in the order of what happened."""

    def connect(self, socket: Socket, auth: dict[str, Any], decision: Decision) -> None:
        """A client asks to be let into `socket.namespace`, with its authentication data.

        `decision.accept()` or `decision.refuse(error)` follows, now or later; an exception refuses.
        Before the acceptance nothing can be sent or joined.
        """

    def event(
        self,
        socket: Socket,
        name: str,
        arguments: list[Any],
        ack: Acknowledge | None,
        received_at: int,
    ) -> None:
        """The client emitted. `ack(payload)` answers, once, if the client asked for it.

        `received_at`: milliseconds on the server's clock when the bytes were read. An exception is
        answered as an error.
        """

    def measured(self, socket: Socket) -> None:
        """The round trip of an accepted socket was measured; called again and again."""

    def disconnect(self, socket: Socket, reason: str) -> None:
        """An accepted socket has ended; called once for each. `reason`: `engineio.ports.Reason`."""
