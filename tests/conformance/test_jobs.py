"""Every sentence of `Jobs`, on both stores."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
import trio

from protocol.envelope import Address
from protocol.jobs import (
    MAX_BATCH,
    MAX_ERROR,
    MAX_KEY,
    MAX_PAYLOAD_BYTES,
    Claim,
    Held,
    JobKind,
    JobState,
    JobView,
    Wanted,
)
from protocol.lifecycle import Done
from protocol.mail import SendEmail, email_to
from protocol.users.emails import ConfirmAddress
from tests.support.ports import CHORE, NOW, Asked, Chore, Ports, an_append, commit

LEASE = 60_000
OTHER = JobKind(payload=SendEmail)


async def enqueue(
    ports: Ports, *numbers: int, due_at: int = NOW, priority: int | None = None
) -> list[int]:
    jobs = [CHORE.job(Chore(number=n), due_at=due_at, priority=priority) for n in numbers]
    ids = await ports.jobs.enqueue(*jobs, now=NOW)
    return [key for key in ids if key is not None]


async def claim(
    ports: Ports, now: int = NOW, limit: int = 99, worker: str = "one"
) -> Sequence[Claim]:
    wanted = [Wanted(CHORE.name, limit, LEASE)]
    return await ports.jobs.claim(wanted, worker=worker, now=now)


async def claim_one(ports: Ports, now: int = NOW) -> Claim:
    [found] = await claim(ports, now)
    return found


async def only(ports: Ports) -> JobView:
    [view] = await ports.jobs.shown(state=None, kind=None, limit=9)
    return view


def numbers(claims: Sequence[Claim]) -> list[int]:
    return [msgspec.json.decode(each.payload, type=Chore).number for each in claims]


# --- enqueueing and claiming ----------------------------------------------------------------------


async def test_what_was_enqueued_is_claimed_with_its_payload(ports: Ports) -> None:
    [key] = await enqueue(ports, 7)
    found = await claim_one(ports)
    assert (found.id, found.kind, found.attempt, found.due_at) == (key, "test.chore", 1, NOW)
    assert numbers([found]) == [7]
    assert not found.cancelled


async def test_only_due_jobs_of_the_wanted_kinds_are_claimed(ports: Ports) -> None:
    await enqueue(ports, 1, due_at=NOW + 1)
    email = email_to("v@school.example", ConfirmAddress(token="t"))
    await ports.jobs.enqueue(OTHER.job(email, due_at=NOW), now=NOW)
    assert await claim(ports) == []
    assert await ports.jobs.claim([], worker="one", now=NOW) == []
    assert numbers(await claim(ports, NOW + 1)) == [1]


async def test_higher_priority_goes_first_then_what_is_longest_due(ports: Ports) -> None:
    await enqueue(ports, 1, due_at=NOW - 1)
    await enqueue(ports, 2, due_at=NOW - 2)
    await enqueue(ports, 3, 4, priority=5)
    assert numbers(await claim(ports, limit=1)) == [3]
    assert numbers(await claim(ports)) == [4, 2, 1]


async def test_several_kinds_are_claimed_at_once_each_up_to_its_limit(ports: Ports) -> None:
    await enqueue(ports, 1, 2, 3)
    email = email_to("v@school.example", ConfirmAddress(token="t"))
    await ports.jobs.enqueue(OTHER.job(email, due_at=NOW), now=NOW)
    wanted = [Wanted(CHORE.name, 2, LEASE), Wanted(OTHER.name, 2, LEASE)]
    found = await ports.jobs.claim(wanted, worker="one", now=NOW)
    assert sorted(each.kind for each in found) == [OTHER.name, CHORE.name, CHORE.name]


async def test_claimers_at_the_same_time_get_different_jobs(ports: Ports) -> None:
    await enqueue(ports, *range(40))
    found: list[Claim] = []

    async def claimer(worker: str) -> None:
        found.extend(await claim(ports, limit=15, worker=worker))

    async with trio.open_nursery() as nursery:
        for name in "abcd":
            nursery.start_soon(claimer, name)
    found.extend(await claim(ports))
    assert sorted(numbers(found)) == list(range(40))


async def test_nobody_else_gets_a_claimed_job_until_the_lease_is_over(ports: Ports) -> None:
    await enqueue(ports, 1)
    first = await claim_one(ports)
    assert await claim(ports, NOW + LEASE - 1) == []
    second = await claim_one(ports, NOW + LEASE)
    assert (second.attempt, second.token > first.token) == (2, True)


async def test_a_job_follows_from_a_commit_or_goes_with_it(ports: Ports) -> None:
    good = msgspec.structs.replace(an_append(Address("room", "a"), 0), records=[Asked(number=1)])
    bad = msgspec.structs.replace(
        an_append(Address("room", "b"), 0), records=[Asked(number=2, text="bad")]
    )
    assert await commit(ports.journal, good) is None
    assert await commit(ports.journal, bad) is not None
    assert numbers(await claim(ports)) == [1]


# --- unique keys ----------------------------------------------------------------------------------


async def unique(ports: Ports, number: int, key: str = "k") -> int | None:
    job = CHORE.job(Chore(number=number), due_at=NOW, unique_key=key)
    [found] = await ports.jobs.enqueue(job, now=NOW)
    return found


async def test_a_unique_job_is_not_enqueued_again_while_it_waits_or_runs(ports: Ports) -> None:
    assert await unique(ports, 1) is not None
    assert await unique(ports, 2) is None
    assert await unique(ports, 3, "other") is not None
    running = (await claim(ports))[0]
    assert await unique(ports, 4) is None
    assert await ports.jobs.complete(running, now=NOW)
    assert await unique(ports, 5) is not None


async def test_a_dead_job_holds_its_key_no_more(ports: Ports) -> None:
    await unique(ports, 1)
    running = await claim_one(ports)
    await ports.jobs.bury(running, "no", now=NOW, forget=False)
    assert await unique(ports, 2) is not None
    assert not await ports.jobs.retry(running.id, now=NOW)
    second = await claim_one(ports)
    await ports.jobs.complete(second, now=NOW)
    assert await ports.jobs.retry(running.id, now=NOW)


async def test_enqueued_at_once_by_several_it_is_one(ports: Ports) -> None:
    ids: list[int | None] = []

    async def ask(number: int) -> None:
        ids.append(await unique(ports, number))

    async with trio.open_nursery() as nursery:
        for number in range(6):
            nursery.start_soon(ask, number)
    assert len([key for key in ids if key is not None]) == 1
    assert len(await claim(ports)) == 1


async def test_several_that_enqueue_the_same_in_any_order_do_not_lock_each_other_out(
    ports: Ports,
) -> None:
    keys = [f"k{number}" for number in range(40)]

    async def ask(order: Sequence[str]) -> None:
        jobs = [CHORE.job(Chore(number=0), due_at=NOW, unique_key=key) for key in order]
        found = await ports.jobs.enqueue(*jobs, now=NOW)
        assert len(found) == len(keys)

    async with trio.open_nursery() as nursery:
        for number in range(6):
            nursery.start_soon(ask, keys[::-1] if number % 2 else keys)
    assert sum((await ports.jobs.counts())["waiting"].values()) == len(keys)


# --- what becomes of a claim ----------------------------------------------------------------------


async def test_a_job_that_is_done_is_forgotten(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.complete(running, now=NOW)
    assert not await ports.jobs.complete(running, now=NOW)
    assert await ports.jobs.shown(state=None, kind=None, limit=9) == []


async def test_one_that_repeats_is_due_again(ports: Ports) -> None:
    await enqueue(ports, 1)
    failed = await claim_one(ports)
    await ports.jobs.retry_later(failed, "no", now=NOW, due_at=NOW)
    running = await claim_one(ports)
    assert await ports.jobs.complete(running, now=NOW, again_at=NOW + 500)
    assert await claim(ports, NOW + 499) == []
    again = await claim_one(ports, NOW + 500)
    assert (again.id, again.attempt, again.due_at) == (running.id, 1, NOW + 500)
    assert again.token > running.token


async def test_a_failed_attempt_is_made_again_later(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.retry_later(running, "x" * 900, now=NOW, due_at=NOW + 5)
    view = await only(ports)
    assert (view.state, view.attempts, view.worker) == (JobState.WAITING, 1, None)
    assert view.last_error == "x" * MAX_ERROR
    assert await claim(ports, NOW + 4) == []
    assert (await claim_one(ports, NOW + 5)).attempt == 2


async def test_a_dead_job_is_kept_with_its_reason(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.bury(running, "no\0pe", now=NOW + 3, forget=False)
    view = await only(ports)
    assert (view.state, view.last_error, view.failed_at) == (JobState.DEAD, "nope", NOW + 3)
    assert view.retryable
    assert await claim(ports, NOW + 10 * LEASE) == []


async def test_a_dead_job_begins_anew_with_all_its_attempts(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert not await ports.jobs.retry(running.id, now=NOW)
    await ports.jobs.bury(running, "no", now=NOW, forget=False)
    assert await ports.jobs.retry(running.id, now=NOW + 7)
    again = await claim_one(ports, NOW + 7)
    assert (again.id, again.attempt, numbers([again])) == (running.id, 1, [1])


async def test_what_is_forgotten_cannot_be_retried(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    await ports.jobs.bury(running, "no", now=NOW, forget=True)
    assert not (await only(ports)).retryable
    assert not await ports.jobs.retry(running.id, now=NOW)


async def test_a_repeating_job_that_dies_leaves_the_next_one(ports: Ports) -> None:
    await unique(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.bury(running, "no", now=NOW, forget=False, again_at=NOW + 9)
    again = await claim_one(ports, NOW + 9)
    assert (again.id != running.id, again.attempt, numbers([again])) == (True, 1, [1])
    assert await unique(ports, 2) is None


async def test_a_released_job_is_due_at_once_and_has_lost_no_attempt(ports: Ports) -> None:
    await enqueue(ports, 1)
    assert await ports.jobs.release(await claim_one(ports), now=NOW)
    assert (await claim_one(ports)).attempt == 1


# --- fencing --------------------------------------------------------------------------------------


async def settle(ports: Ports, way: str, held: Claim, now: int) -> bool:
    jobs = ports.jobs
    match way:
        case "complete":
            return await jobs.complete(held, now=now)
        case "again":
            return await jobs.complete(held, now=now, again_at=now + 1)
        case "retry_later":
            return await jobs.retry_later(held, "no", now=now, due_at=now)
        case "bury":
            return await jobs.bury(held, "no", now=now, forget=True)
        case "bury_and_go_on":
            return await jobs.bury(held, "no", now=now, forget=False, again_at=now)
        case "release":
            return await jobs.release(held, now=now)
        case _:
            return bool(await jobs.renew([Held(held, LEASE)], now=now))


WAYS = ["complete", "again", "retry_later", "bury", "bury_and_go_on", "release", "renew"]


@pytest.mark.parametrize("way", WAYS)
async def test_a_worker_whose_lease_has_run_out_changes_nothing(ports: Ports, way: str) -> None:
    await enqueue(ports, 1)
    first = await claim_one(ports)
    before = await only(ports)
    assert not await settle(ports, way, first, NOW + LEASE)
    assert await only(ports) == before
    second = await claim_one(ports, NOW + LEASE)
    before = await only(ports)
    assert not await settle(ports, way, first, NOW + LEASE)
    assert await only(ports) == before
    assert await settle(ports, way, second, NOW + 2 * LEASE - 1)


# --- leases, progress and cancelling --------------------------------------------------------------


async def test_a_renewed_lease_runs_from_then_on(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.renew([Held(running, LEASE)], now=NOW + 5) == {running.id: False}
    assert await claim(ports, NOW + LEASE) == []
    assert await ports.jobs.complete(running, now=NOW + LEASE + 4)


async def test_progress_is_kept_until_it_is_told_anew(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    await ports.jobs.renew([Held(running, LEASE, 40, "half\0way")], now=NOW)
    await ports.jobs.renew([Held(running, LEASE)], now=NOW)
    view = await only(ports)
    assert (view.progress, view.note, view.state) == (40, "halfway", JobState.RUNNING)
    assert view.worker == "one"


async def test_cancelling_removes_what_does_not_run(ports: Ports) -> None:
    [waiting, dying] = await enqueue(ports, 1, 2)
    assert await ports.jobs.cancel(waiting)
    await ports.jobs.bury(await claim_one(ports), "no", now=NOW, forget=False)
    assert await ports.jobs.cancel(dying)
    assert not await ports.jobs.cancel(dying)
    assert await ports.jobs.shown(state=None, kind=None, limit=9) == []


async def test_cancelling_what_runs_is_told_to_its_worker_and_to_the_next(ports: Ports) -> None:
    await enqueue(ports, 1)
    running = await claim_one(ports)
    assert await ports.jobs.cancel(running.id)
    assert await ports.jobs.renew([Held(running, LEASE)], now=NOW) == {running.id: True}
    assert (await only(ports)).cancelled
    assert (await claim_one(ports, NOW + LEASE)).cancelled


# --- what is known of them ------------------------------------------------------------------------


async def test_the_next_due_time_is_that_of_any_wanted_kind(ports: Ports) -> None:
    assert await ports.jobs.next_due([CHORE.name]) is None
    await enqueue(ports, 1, due_at=NOW + 50)
    await enqueue(ports, 2, due_at=NOW + 9)
    assert await ports.jobs.next_due([OTHER.name]) is None
    assert await ports.jobs.next_due([OTHER.name, CHORE.name]) == NOW + 9
    await claim_one(ports, NOW + 9)
    assert await ports.jobs.next_due([CHORE.name]) == NOW + 50


async def test_operators_see_the_newest_first_by_state_and_kind(ports: Ports) -> None:
    await enqueue(ports, 1, 2, 3)
    await ports.jobs.bury((await claim(ports, limit=1))[0], "no", now=NOW, forget=False)
    await claim(ports, limit=1)
    shown = ports.jobs.shown
    assert [v.state for v in await shown(state=None, kind=None, limit=9)] == [
        JobState.WAITING,
        JobState.RUNNING,
        JobState.DEAD,
    ]
    assert len(await shown(state=JobState.DEAD, kind=CHORE.name, limit=9)) == 1
    assert await shown(state=None, kind=OTHER.name, limit=9) == []
    assert len(await shown(state=None, kind=None, limit=2)) == 2
    one = {CHORE.name: 1}
    assert await ports.jobs.counts() == {"waiting": one, "running": one, "dead": one}


async def test_long_dead_jobs_are_discarded_up_to_the_limit(ports: Ports) -> None:
    await enqueue(ports, 1, 2, 3, 4)
    for at, running in enumerate(await claim(ports, limit=3)):
        await ports.jobs.bury(running, "no", now=NOW + at, forget=False)
    assert await ports.jobs.discard_dead(before=NOW + 2, limit=1) == 1
    assert await ports.jobs.discard_dead(before=NOW + 2, limit=9) == 1
    assert await ports.jobs.counts() == {
        "waiting": {CHORE.name: 1},
        "running": {},
        "dead": {CHORE.name: 1},
    }


async def test_a_job_wakes_for_its_due_time_and_a_cancellation_at_once(ports: Ports) -> None:
    await enqueue(ports, 1, due_at=NOW + 5)
    assert ports.woken.pop() == {"jobs": NOW + 5}
    running = await claim_one(ports, NOW + 5)
    assert ports.woken == []
    await ports.jobs.cancel(running.id)
    assert ports.woken.pop() == {"cancellations": 0}
    await ports.jobs.retry_later(running, "no", now=NOW + 5, due_at=NOW + 9)
    assert ports.woken.pop() == {"jobs": NOW + 9}


# --- bounds ---------------------------------------------------------------------------------------


async def test_too_many_at_once_are_refused(ports: Ports) -> None:
    with pytest.raises(ValueError, match="too many"):
        await enqueue(ports, *range(MAX_BATCH + 1))
    assert await ports.jobs.enqueue(now=NOW) == []


def test_a_job_is_bounded_and_of_its_kind() -> None:
    big = email_to("x" * MAX_PAYLOAD_BYTES, ConfirmAddress(token=""))
    with pytest.raises(ValueError, match="too large"):
        OTHER.job(big, due_at=NOW)
    with pytest.raises(ValueError, match="too long"):
        CHORE.job(Chore(), due_at=NOW, unique_key="k" * (MAX_KEY + 1))
    with pytest.raises(ValueError, match="no payload"):
        CHORE.job(Done(), due_at=NOW)


def test_pauses_grow_and_the_last_one_stays() -> None:
    assert [CHORE.pause_ms(n) for n in (1, 2, 3, 9)] == [1_000, 5_000, 5_000, 5_000]


def test_what_repeats_keeps_its_grid_and_makes_up_for_nothing() -> None:
    kind = JobKind(payload=Chore, every_ms=100)
    assert [kind.next_due(NOW, NOW + late) for late in (0, 99, 100, 1_050)] == [
        NOW + 100,
        NOW + 100,
        NOW + 200,
        NOW + 1_100,
    ]
    assert CHORE.next_due(NOW, NOW) is None
