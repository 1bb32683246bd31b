"""The bounds of one GraphQL request."""

from __future__ import annotations

import msgspec


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of what is read at the same time, and of what waits for it."""

    total: int = 24
    """Fewer than storage has connections for reading: subscriptions and pages read there, too."""
    kept: int = 4
    """Of these, for what follows a mutation: whoever signs in reads who that is."""
    guests: int = 16
    """Of all who have not signed in."""
    dear: int = 4
    dear_cost: int = 1_000
    """So many objects take PostgreSQL a hundredth of a second."""
    client: int = 16
    """Of one user, or of one address without a user: so many cheap reads are cheapest together."""
    client_slow: int = 4
    """Of one whose reads have lately been slow, whatever was estimated."""
    slow_seconds: float = 0.5
    slow_for_seconds: float = 30.0
    client_dear: int = 2
    waiting: int = 2_000
    client_waiting: int = 200
    client_dear_waiting: int = 10
    seconds: float = 10.0
    """Who has waited longer when its turn comes is refused."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`fields`, `depth` and `aliases` count the selection with its fragments spread out."""

    body_bytes: int = 2 * 1024 * 1024
    """Enough for a quiz of 200 long questions."""
    document_bytes: int = 256 * 1024
    lines: int = 5_000
    """Ends of lines. The library counts them anew for the place of every error, 20 ms in all."""
    escapes: int = 10_000
    """Backslashes. The library reads what is escaped one by one, 30 ms in all."""
    operation_name: int = 200
    """Characters of `operationName`, which is kept with plans and refusals."""
    tokens: int = 3_000
    operations: int = 20
    selections: int = 600
    """Fields, spreads and inline fragments as written; validating so many takes 20 ms."""
    visits: int = 3_000
    """Selections of all operations and fragments, each with its fragments spread out."""
    nesting: int = 40
    """Like `depth`, with inline fragments and spreads counted, and for introspection too."""
    depth: int = 12
    recursion: int = 2
    """How often one list may stand within itself: the prerequisites of prerequisites may be asked
    for, and not theirs; each is up to twenty times as many."""
    aliases: int = 30
    root_fields: int = 20
    fields: int = 1_000
    batch: int = 10
    """Requests of one body."""
    cost: int = 50_000
    """Of one request, or of a whole batch; `planning/cost.py` says how it is counted.

    So many objects take PostgreSQL about half a second. The most expensive document of our own
    pages, all quizzes of the first twenty courses with their questions, is estimated at 12,000.
    """
    shares: Shares = Shares()
    """Of storage's connections."""
    page: int = 100
    """Rows of one page of a connection."""
    plans: int = 1_000
    """Documents kept planned."""
    plans_bytes: int = 64 * 1024 * 1024
    """Their estimated total memory, in bytes."""
    introspections: int = 2
    """`__schema` and `__type` at the root of one request: each takes the server up to 40 ms."""
    refusals: int = 200
    """Documents remembered as refused."""
    persisted: int = 1_000
    """Documents kept by their hash."""
    persisted_bytes: int = 8 * 1024 * 1024
    """Their total memory, in bytes."""
    variants: int = 16
    """Combinations of `@skip` and `@include` kept for one document."""
