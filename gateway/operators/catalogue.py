"""The meaning of each number in `Operations.counters()`: its kind, its label and its help text.

`docs/operations.md` says what to do about them; a test compares the two with a real node.
"""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """One metric. `label` names the key of a number that is counted by reason."""

    counts: bool
    text: str
    label: str | None = None


def _total(text: str, label: str | None = None) -> About:
    return About(True, text, label)


def _now(text: str) -> About:
    return About(False, text)


POOL = {
    "connections": _now("Connections of the pool"),
    "idle": _now("Connections nobody uses"),
    "max_connections": _now("Bound of the pool"),
    "waiting": _now("Units that run or wait for a connection"),
    "units": _total("Units of work"),
    "failures": _total("Units that failed"),
}

CATALOGUE: dict[str, dict[str, About]] = {
    "trio": {"tasks": _now("Running Trio tasks")},
    "log": {
        "lines": _total("Lines written to the log"),
        "left_out": _total("Lines left out because they repeat others, by event", "event"),
    },
    "loop": {
        "stall_seconds": _now("The longest time the event loop was held in the last half minute"),
        "stalls": _total("Times the event loop was held for more than 50 ms"),
        "stalled_seconds": _total("Seconds of these times together"),
    },
    "clock": {
        "wall_ahead_seconds": _now("Seconds by which the wall clock is ahead of the server's"),
    },
    "stalls": {
        "noted": _total("Stalls told to running games, by cause", "cause"),
        "seconds": _total("Seconds of these stalls, by cause", "cause"),
        "storage_silent": _now("1 while storage owes an answer, which holds running games"),
    },
    "actors": {
        "live": _now("Actors in memory"),
        "waiting_askers": _now("Asks without an answer yet"),
        "deadlines_missed": _total("Asks that got no answer in time"),
        "alarms": _now("Alarms armed in memory"),
        "dead_letters": _total("Messages that crashed their receiver"),
        "unreadable": _now("Actors whose history cannot be read"),
        "undeliverable_sends": _total("Messages between actors that could not be delivered"),
        "failed_effects": _total("Effects that raised while they were performed"),
        "restarts": _total("Actors restarted after a crash, by kind", "kind"),
        "mailbox_full": _total("Messages refused because a mailbox was full, by kind", "kind"),
        "refused": _total(
            "Messages refused because too many actors are in memory, by kind", "kind"
        ),
        "storage_failures": _total("Activations ended by storage, by kind", "kind"),
        "live_by_kind": About(False, "Actors in memory, by kind", "kind"),
        "handlers_running": _now("Running handler tasks"),
        "handlers_queued": _now("Messages waiting for a handler"),
        "handlers_failed": _total("Handler tasks that failed with a bug, by handler", "handler"),
        "handlers_overloaded": _total("Messages refused by a full handler, by handler", "handler"),
    },
    "journal": {
        "pending": _now("Commits waiting or in flight"),
        "batches": _total("Transactions of the group commit"),
        "appends": _total("Commits of actors"),
        "events": _total("Events written"),
        "failures": _total("Commits that failed"),
        "last_batch": _now("Commits in the newest transaction"),
        "commit_seconds": _total("Seconds spent in transactions"),
    },
    "database": POOL,
    "read_database": POOL,
    "redis": {"waiting": _now("Units that run or wait for a connection")},
    "asyncio_thread": {
        "unfinished": _now("Units handed over and not finished"),
        "handoffs_in": _total("Wake-ups of the asyncio thread"),
        "handoffs_out": _total("Wake-ups of Trio by the asyncio thread"),
    },
    "outbox": {
        "delivered": _total("Domain events delivered to every subscriber"),
        "failed": _total("Deliveries that a subscriber refused"),
        "set_aside": _total("Domain events that nobody can read, set aside"),
    },
    "jobs": {
        "completed": _total("Jobs done, by kind", "kind"),
        "failed": _total("Failed attempts that are retried, by kind", "kind"),
        "died": _total("Jobs given up after their last attempt, by kind", "kind"),
        "cancelled": _total("Jobs cancelled before or while they ran, by kind", "kind"),
        "lost": _total("Attempts whose lease ran out before they ended, by kind", "kind"),
        "seconds": _total("Seconds spent on jobs, by kind", "kind"),
        "removed": _total("Rows deleted by jobs that clear away what is old, by kind", "kind"),
        "running": About(False, "Jobs running on this node, by kind", "kind"),
        "waiting": About(False, "Jobs waiting on all nodes, by kind", "kind"),
        "dead": About(False, "Dead jobs that are kept, by kind", "kind"),
    },
    "storage": {
        "database_bytes": _now("Size of the database, measured every five minutes"),
        "table_bytes": About(
            False, "Sizes of the largest tables, indexes included, by table", "table"
        ),
    },
    "signals": {
        "connected": _now("1 while this node receives wakes from other processes"),
        "connects": _total("Connections made for these wakes"),
        "sent": _total("Notifications sent to other processes"),
        "heard": _total("Notifications received from other processes"),
    },
    "front": {
        "connections": _now("Open connections"),
        "connections_http": _now("Open connections that speak HTTP"),
        "connections_websocket": _now("Open connections that speak WebSocket"),
        "outbox_bytes": _now("Bytes waiting for clients to read"),
        "unfinished_bytes": _now("Bytes of incomplete bodies and messages"),
        "owed_bytes": _now("Bytes of answers that wait for earlier answers of their connection"),
        "timers": _now("Timers on the wheel"),
        "draining": _now("1 while the front drains"),
        "accepted": _total("Connections accepted"),
        "requests": _total("HTTP requests"),
        "websockets_opened": _total("WebSocket handshakes accepted"),
        "frames_received": _total("WebSocket frames received"),
        "frames_sent": _total("WebSocket frames sent"),
        "bytes_received": _total("Bytes received"),
        "bytes_sent": _total("Bytes sent"),
        "dropped_volatile": _total("Volatile publications dropped for busy members"),
        "slow_consumers": _total("Clients disconnected because they read too slowly"),
        "failures": _total("Requests and connections ended by a bug"),
        "refusals": _total("Requests and connections refused, by reason", "reason"),
    },
    "socketio": {
        "sessions": _now("Engine.IO sessions"),
        "polling": _now("Sessions that poll"),
        "sockets": _now("Sockets in a namespace"),
        "opened": _total("Sessions opened"),
        "events": _total("Events received"),
        "refused_events": _total("Events refused"),
        "refused_requests": _total("Requests refused, by reason", "reason"),
        "ended": _total("Sessions ended, by reason", "reason"),
    },
    "realtime": {
        "refused_connects": _total("Handshakes refused"),
        "lost_notices": _total("Disconnects that could not be reported to an actor"),
        "kept": _now("Connected sockets that can be recovered"),
        "recovered": _total("Connections recovered"),
        "refused": _total("Events refused, by the code of the error", "code"),
        "resets": _total("Clients that came back but had to start afresh, by reason", "reason"),
    },
    "sessions": {
        "waiting": _now("Sessions waiting to be saved"),
        "saved": _total("Changes of sessions saved"),
        "failed": _total("Changes of sessions lost"),
    },
    "fanout": {
        "topics": _now("Topics with members"),
        "members": _now("Memberships in topics"),
        "publications": _total("Publications"),
        "deliveries": _total("Deliveries to members"),
        "dropped": _total("Deliveries dropped"),
        "failed": _total("Deliveries that raised"),
        "waiting": _now("Publications on their way to large topics"),
    },
    "graphql": {
        "entries": _now("Plans in the cache"),
        "hits": _total("Requests whose plan was in the cache"),
        "misses": _total("Requests that had to be planned"),
        "persisted": _now("Documents known by their hash"),
        "persisted_bytes": _now("Bytes of the documents known by their hash"),
    },
    "reads": {
        "running": _now("GraphQL requests that are reading"),
        "waiting": _now("GraphQL requests that wait for their turn to read"),
        "refused": _total(
            "Refused for too many waiting of a client, of all, or for a late turn, by reason",
            "reason",
        ),
    },
    "passwords": {
        "running": _now("Passwords that are being hashed or compared"),
        "waiting": _now("Those that wait for their turn"),
        "refused": _total(
            "Refused for too many waiting of an account, of a network, of all, or for the time it"
            " would take, by reason",
            "reason",
        ),
    },
    "subscriptions": {
        "living": _now("GraphQL subscriptions"),
        "groups": _now("Groups of subscriptions that share payloads"),
        "reading": _now("Payloads that are being read or waiting for it"),
        "started": _total("Subscriptions requested"),
        "ended": _total("Subscriptions refused or ended by an error", "code"),
        "payload_failures": _total("Events whose payload could not be read"),
    },
    "graphql_sockets": {
        "open": _now("WebSockets that speak graphql-transport-ws"),
        "opened": _total("These WebSockets opened"),
        "closed": _total("These WebSockets closed, by close code", "code"),
        "refused": _total("Closed or refused by the server, by close code", "code"),
    },
    "event_streams": {
        "open": _now("Subscriptions over server-sent events"),
        "opened": _total("These streams opened"),
        "refused": _total("Requests for a stream that were refused", "code"),
    },
    "rights": {
        "users": _now("Connections that depend on their user's rights"),
        "sessions": _now("Connections that depend on a session"),
        "courses": _now("Subscriptions that depend on rights in a course"),
        "rechecked": _total("Times the rights of a connection or subscription were checked again"),
        "closed": _total("Connections closed with their account or their session"),
    },
    "rate_limits": {
        "refused": _total("GraphQL requests refused because their client sent too many"),
        "uncounted": _total("GraphQL requests that could not be counted"),
    },
}


HISTOGRAMS: dict[str, About] = {
    "http_request": About(
        False, "Seconds from a request's head to the end of its answer, by kind of route", "route"
    ),
    "graphql_operation": About(
        False, "Seconds from a prepared operation to its response, by its name", "operation"
    ),
    "realtime_event": About(
        False, "Seconds from reading an event to its acknowledgement, by event", "event"
    ),
    "commit": About(False, "Seconds of a transaction of the group commit"),
    "loop_turn": About(False, "Seconds of a turn of the event loop"),
}
"""By name without `stoa_` and `_seconds`."""
BUILD = "1, with what runs here in its labels"


def about(part: str, name: str) -> About:
    """The entry of a number; one that the catalogue lacks is a plain gauge."""
    return CATALOGUE.get(part, {}).get(name) or About(False, f"{name.replace('_', ' ')} of {part}")
