"""The pipeline of commits by itself: what is released when, and what fails with a failed commit."""

from __future__ import annotations

from actors.commit_pipeline import CommitPipeline
from actors.decision_batch import COLLECT, DecisionBatch
from actors.effects import Effect, Persist, Reply
from actors.kind import LiveKind
from protocol.envelope import Address, Envelope, Message
from protocol.errors import ActorStopped, Fenced, StoaError, StorageUnavailable
from protocol.ports import Snapshot
from supervisors.stalls import Stalls
from tests.support.fakes import Collector, FakeFanOut
from tests.support.runtime import START, Added, Counter, FakeJournal, Total

A = Address("counter", "a")
KIND = LiveKind(Counter())


class FixedClock:
    def now(self) -> int:
        return START


class FakeRuntime:
    """`actors.runtime.ActorRuntime` of which a pipeline needs the journal and the snapshots."""

    def __init__(self, journal: FakeJournal) -> None:
        self.clock = FixedClock()
        self.journal = journal
        self.fan_out = FakeFanOut()
        self.stalls = Stalls(self.clock)
        self.snapshots: list[Snapshot] = []

    def save_snapshot_soon(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def send(self, address: Address, message: Message) -> None: ...

    def forward(self, address: Address, message: Message, envelope: Envelope) -> None: ...

    def set_alarm(self, address: Address, name: str, due_at: int | None) -> None: ...

    def armed(self, address: Address, name: str) -> int | None:
        return None

    def drop_alarms(self, address: Address) -> None: ...

    def needs_last_event(self, address: Address) -> bool:
        return False

    def down_ms(self, address: Address, last_event_at: int | None) -> int:
        return 0

    def back_at(self) -> int:
        return self.clock.now()

    def has_suspects(self, address: Address) -> bool:
        return False

    def is_poison(self, address: Address, message: Message) -> bool:
        return False

    def crashed(self, address: Address, error: Exception, message: Message | None) -> float:
        return 0.0

    def unreadable(self, address: Address, error: Exception) -> StoaError:
        raise error

    def snapshot_unreadable(self, address: Address, error: Exception) -> None: ...

    def effect_failed(self, address: Address, effect: Effect, error: Exception) -> None: ...

    def storage_failed(self, address: Address, error: Exception) -> None: ...

    def ended(self, address: Address, *, lost_memory: bool) -> None: ...


class Owner:
    """Counts the answers and decides batches one after the other."""

    def __init__(self, *, max_in_flight: int = 8) -> None:
        self.journal = FakeJournal()
        self.runtime = FakeRuntime(self.journal)
        self.pipeline = CommitPipeline(A, max_in_flight, self.runtime, self)
        self.answers: list[Exception | None] = []
        self.state, self.version = KIND.machine.initial("a"), 0

    def commit_answered(self, failure: Exception | None) -> None:
        self.answers.append(failure)

    def decide(self, *effects: Effect, snapshot: Snapshot | None = None) -> Collector:
        asker = Collector()
        envelope = Envelope(Total(total=0), asker)
        batch = DecisionBatch(KIND, self.state, self.version, START, None, [envelope])
        for effect in (*effects, Reply(Total(total=self.version))):
            COLLECT[type(effect)](batch, envelope, effect)
        batch.snapshot = snapshot
        self.state, self.version = batch.state, batch.version
        self.pipeline.add(batch)
        return asker

    def persist(self, *, snapshot: Snapshot | None = None) -> Collector:
        return self.decide(Persist((Added(amount=1),)), snapshot=snapshot)


def test_what_needs_no_commit_is_released_at_once_when_nothing_is_in_flight() -> None:
    owner = Owner()
    assert owner.decide().count == 1
    assert owner.answers == []


def test_what_needs_no_commit_waits_for_what_was_decided_before() -> None:
    owner = Owner()
    written, read = owner.persist(), owner.decide()
    assert (written.count, read.count, owner.pipeline.in_flight) == (0, 0, 1)
    owner.journal.commit()
    assert (len(written.replies), len(read.replies), owner.pipeline.in_flight) == (1, 1, 0)
    assert owner.answers == [None]


def test_a_snapshot_is_saved_when_its_batch_is_committed() -> None:
    owner, snapshot = Owner(), Snapshot(A, 1, 1, b"{}")
    owner.persist(snapshot=snapshot)
    assert owner.runtime.snapshots == []
    owner.journal.commit()
    assert owner.runtime.snapshots == [snapshot]


def test_it_is_full_at_its_bound_of_commits() -> None:
    owner = Owner(max_in_flight=2)
    owner.persist()
    assert not owner.pipeline.is_full()
    owner.persist()
    assert owner.pipeline.is_full()
    owner.journal.commit(1)
    assert not owner.pipeline.is_full()


def test_a_failed_commit_fails_what_was_decided_after_it_and_reports_one_failure() -> None:
    owner = Owner()
    first, second, third = owner.persist(), owner.persist(), owner.decide()
    error = StorageUnavailable()
    owner.journal.fail(error)
    assert [asker.errors for asker in (first, second, third)] == [[error]] * 3
    assert owner.answers == [error, None]
    assert owner.pipeline.in_flight == 0


def test_what_was_committed_before_a_failed_commit_is_released() -> None:
    owner = Owner()
    first, second = owner.persist(), owner.persist()
    owner.journal.commit(1)
    owner.journal.fail(Fenced(A, 2))
    assert len(first.replies) == 1
    assert [type(error) for error in second.errors] == [ActorStopped]


def test_a_commit_that_cannot_be_queued_fails_before_add_returns() -> None:
    owner = Owner()
    owner.journal.append_error = StorageUnavailable()
    asker = owner.persist()
    assert len(asker.errors) == 1
    assert owner.answers == asker.errors


def test_when_it_is_closed_everybody_is_answered_and_later_answers_concern_nobody() -> None:
    owner = Owner()
    asker = owner.persist()
    owner.pipeline.close(ActorStopped(A))
    owner.journal.commit()
    assert (len(asker.errors), asker.replies, owner.answers) == (1, [], [])
