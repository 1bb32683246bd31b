"""What the Socket.IO server asks of the application behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gateway.socketio.socket import Acknowledge, Decision, Socket

TopicClosed = Callable[[Socket, str, str], None]
"""Called with the socket, the topic and the reason."""


class Application(Protocol):
    """What stands behind the server. Methods are called in the order things happened."""

    def connect(self, socket: Socket, auth: dict[str, Any], decision: Decision) -> None:
        """A client asks to be let into `socket.namespace` with what it says of itself.

        `decision.accept()` or `decision.refuse(error)` follows, at once or later; what is raised
        refuses. Before the acceptance nothing can be sent or joined.
        """

    def event(
        self,
        socket: Socket,
        name: str,
        arguments: list[Any],
        ack: Acknowledge | None,
        received_at: int,
    ) -> None:
        """The client emitted. `ack(payload)` answers, once, where the client asked for it.

        `received_at`: milliseconds on the server's clock when the bytes were read. What is raised
        is answered as an error.
        """

    def disconnect(self, socket: Socket, reason: str) -> None:
        """An accepted socket has ended; called once for each. `reason`: `engineio.ports.Reason`."""
