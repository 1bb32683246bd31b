"""Whose turn it is to read: a fair share of storage's connections for everybody who asks.

Each read takes one of `total` places, and only what follows a mutation takes the last `kept`.
Guests get no more than `guests` of them, dear reads no more than `dear`, one client no more than
`client`, and fewer where its reads were slow, so there is always a place for somebody else. Who
finds none waits, and places that become free go round the clients, however much each has asked for.
What would wait too long is refused.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Final, NamedTuple

import trio

from gateway.graphql.limits import Shares
from protocol.bounded import BoundedDict
from protocol.errors import Overloaded

MAX_SLOW: Final = 10_000
"""Clients remembered as slow."""
Kind = tuple[bool, bool, bool]
"""Whether it is a guest's, dear, and follows a mutation."""


class Asker(NamedTuple):
    """On whose account a read is. `client` names a user or an address.

    `follows`: what a mutation gives back is read.
    """

    client: str
    guest: bool
    dear: bool
    follows: bool = False

    @property
    def kind(self) -> Kind:
        """Who waits in one queue."""
        return self.guest, self.dear, self.follows


class Turn:
    """A place that is taken or waited for. `end` gives it back, whichever it is."""

    __slots__ = ("_turns", "asker", "begin", "refuse", "running", "since")

    def __init__(
        self,
        turns: ReadTurns,
        asker: Asker,
        begin: Callable[[], None],
        refuse: Callable[[Exception], None],
    ) -> None:
        self._turns: ReadTurns | None = turns
        self.asker = asker
        self.begin = begin
        self.refuse = refuse
        self.running = False
        self.since = 0.0

    def end(self) -> None:
        """Let the next begin. Does nothing the second time."""
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.ended(self)


Queue = dict[str, deque[Turn]]
"""What waits, by client. The client whose turn is next comes first."""


class ReadTurns:
    """One for a node. Nothing here waits: a turn's `begin` or `refuse` is called when it comes."""

    def __init__(self, shares: Shares | None = None) -> None:
        self.shares = shares or Shares()
        self._running = self._guests = self._dear = self._waiting = 0
        self._of: Counter[str] = Counter()
        self._dear_of: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._slow: BoundedDict[str, float] = BoundedDict(MAX_SLOW)
        """Until when a client's reads are taken for slow."""
        either = (False, True)
        kinds: list[Kind] = [(g, d, f) for g in either for d in either for f in either]
        self._queues: Final[dict[Kind, Queue]] = {kind: {} for kind in kinds}
        self._order = deque(self._queues)
        """Of all kinds of asker, the one whose turn is next first."""

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """What there is now, and what was refused by reason: `client`, `all` or `late`."""
        refused: dict[str, float] = dict(self._refused.items())
        return {"running": self._running, "waiting": self._waiting, "refused": refused}

    def ask(
        self, asker: Asker, begin: Callable[[], None], refuse: Callable[[Exception], None]
    ) -> Turn:
        """Call `begin` now or when a place is free, or `refuse` when that came too late.

        Neither may raise. Raises `Overloaded` where too much waits already.
        """
        turn = Turn(self, asker, begin, refuse)
        queue = self._queues[asker.kind]
        if asker.client not in queue and self._may_run(asker):
            self._start(turn)
        else:
            self._enqueue(turn, queue)
        return turn

    def ended(self, turn: Turn) -> None:
        """Called by `Turn.end`."""
        if turn.running:
            now = trio.current_time()
            if now - turn.since > self.shares.slow_seconds:
                self._slow.remember(turn.asker.client, now + self.shares.slow_for_seconds)
            self._count(turn.asker, -1)
            self._next()
        else:
            self._withdraw(turn)

    def _may_run(self, asker: Asker) -> bool:
        shares = self.shares
        if not self._may_any(asker.kind) or self._of[asker.client] >= self._most_of(asker):
            return False
        return not asker.dear or self._dear_of[asker.client] < shares.client_dear

    def _most_of(self, asker: Asker) -> int:
        """What a client's other reads take does not keep it from what follows its mutation."""
        shares = self.shares
        more = shares.kept // 2 if asker.follows else 0
        if self._slow and self._slow.get(asker.client, 0.0) > trio.current_time():
            return shares.client_slow + more
        return shares.client + more

    def _may_any(self, kind: Kind) -> bool:
        """Whether there is a place for this kind of asker."""
        shares, (guest, dear, follows) = self.shares, kind
        if self._running >= shares.total - (0 if follows else shares.kept):
            return False
        if guest and self._guests >= shares.guests:
            return False
        return not dear or self._dear < shares.dear

    def _start(self, turn: Turn) -> None:
        turn.running = True
        turn.since = trio.current_time()
        self._count(turn.asker, 1)
        turn.begin()

    def _count(self, asker: Asker, change: int) -> None:
        self._running += change
        self._guests += change * asker.guest
        _add(self._of, asker.client, change)
        if asker.dear:
            self._dear += change
            _add(self._dear_of, asker.client, change)

    def _enqueue(self, turn: Turn, queue: Queue) -> None:
        shares, asker = self.shares, turn.asker
        most = shares.client_dear_waiting if asker.dear else shares.client_waiting
        of_client = queue.get(asker.client, ())
        if len(of_client) >= most or self._waiting >= shares.waiting:
            self._refused["client" if len(of_client) >= most else "all"] += 1
            raise too_many()
        turn.since = trio.current_time()
        queue.setdefault(asker.client, deque()).append(turn)
        self._waiting += 1

    def _withdraw(self, turn: Turn) -> None:
        asker = turn.asker
        queue = self._queues[asker.kind]
        of_client = queue.get(asker.client)
        if of_client is not None and turn in of_client:
            of_client.remove(turn)
            self._waiting -= 1
            if not of_client:
                del queue[asker.client]

    def _next(self) -> None:
        """Begin what there is room for."""
        while self._waiting and self._running < self.shares.total:
            turn = self._pick()
            if turn is None:
                return
            if trio.current_time() - turn.since > self.shares.seconds:
                self._refused["late"] += 1
                turn.refuse(too_many())
            else:
                self._start(turn)

    def _pick(self) -> Turn | None:
        """Whose turn it is, no longer waiting: kinds go round, and clients within a kind."""
        for kind in self._order:
            queue = self._queues[kind]
            if not queue or not self._may_any(kind):
                continue
            client = next((c for c, turns in queue.items() if self._may_run(turns[0].asker)), None)
            if client is not None:
                self._order.remove(kind)
                self._order.append(kind)
                return self._take(queue, client)
        return None

    def _take(self, queue: Queue, client: str) -> Turn:
        of_client = queue.pop(client)
        turn = of_client.popleft()
        self._waiting -= 1
        if of_client:
            queue[client] = of_client  # behind the others
        return turn


def _add(counter: Counter[str], client: str, change: int) -> None:
    """Count, and forget who has nothing left."""
    counter[client] += change
    if not counter[client]:
        del counter[client]


def too_many() -> Overloaded:
    """The refusal."""
    return Overloaded("Too much is being read at once; try again")
