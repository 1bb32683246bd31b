"""Messages that the runtime itself sends to actors, and how a message is decoded by its tag."""

from __future__ import annotations

from protocol.envelope import Message


class Activated(Message, frozen=True, kw_only=True, tag="lifecycle.activated"):
    """First message of an activation that found durable state, or whose predecessor failed.

    The predecessor of an activation without durable state, volatile kinds included, failed when it
    raised, could not commit or was restarted by an operator: then its volatile state is lost.
    `down_ms` is the time between the last sign of life and now if the installation was not running
    in between, 0 after a plain passivation; `back_at` is when it served everybody again, which may
    be long before now. `after_crash` is True when the previous activation raised.
    """

    down_ms: int = 0
    back_at: int = 0
    after_crash: bool = False


class Stalled(Message, frozen=True, kw_only=True, tag="lifecycle.stalled"):
    """The node could not read sockets, or make anything durable, from `since` to `until`.

    Both in milliseconds on the server's clock. Told to actors of `timed` kinds before anything that
    came or fell due meanwhile, and again to a later activation, which may know of it already: from
    memory that was durable, never otherwise.
    """

    since: int
    until: int


class Reminded(Message, frozen=True, kw_only=True, tag="lifecycle.reminded"):
    """An alarm set with `WakeAt` is due; `due_at` is the time it was set for."""

    name: str
    due_at: int


class Done(Message, frozen=True, kw_only=True, tag="lifecycle.done"):
    """Plain reply: the command was carried out."""
