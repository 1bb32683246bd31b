"""What a hundred logins at once cost everybody else, and the way from registering to a certificate.

A login takes a password's hash, a quarter of a second of CPU by design. Meanwhile `READERS` others
ask who they are, each as soon as the last answer is there; what they wait is measured before and
during the logins. Then one client signs in sixty times at once, again and again, and nine others,
each from an address of its own, sign in once: what the worst of them waits is measured. Then, alone
on the server, one student registers, confirms the address, enrols, completes ten lessons and waits
for the certificate and its PDF, all over HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import trio

from bench.http_load import complete, request_bytes
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from storage.passwords import BcryptPasswords

LOGINS = 100
CROWD = 60
BYSTANDERS = 9
WORST_READ_MS = 100
"""Of somebody who only reads while 100 sign in."""
WORST_MS = 8_000.0
"""Nine others, and as many of the crowd, at two places and a quarter of a second each take two and
a half; the rest is for a busy machine."""
READERS = 8
QUIET_SECONDS = 4.0
RETRY_SECONDS = 1.0
RETRYABLE = ("OVERLOADED", "DEADLINE_EXCEEDED")
LESSONS = 10
PASSWORD = "Bench-school-1"
P99_MS = 100.0
PATIENCE_SECONDS = 60.0
ME = {"query": "{ me { id profile { fullName } } }"}
LESSON_ROWS = """
with m as (
    insert into course_modules (course_id, title, order_number) values ($1, 'One', 1) returning id)
insert into lessons (module_id, title, lesson_type, content_text, duration_minutes, order_number)
select m.id, 'Lesson ' || n, 'text', 'x', 5, n from m, generate_series(1, $2) n
"""


class Refused(Exception):
    """An error came instead of an answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Client:
    """One keep-alive connection that asks GraphQL."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self.token = ""

    async def ask(self, body: dict[str, Any]) -> Any:
        """The data of the answer. Raises `Refused` for an error."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = request_bytes("/graphql", json.dumps(body).encode(), headers)
        _, _, text = (await self.send(request)).partition(b"\r\n\r\n")
        answer = json.loads(text)
        if "errors" in answer:
            raise Refused(answer["errors"][0]["extensions"]["code"])
        return answer["data"]

    async def send(self, request: bytes) -> bytes:
        """The whole response."""
        await self._stream.send_all(request)
        buffer = b""
        while True:
            data = await self._stream.receive_some(1 << 20)
            if not data:
                raise ConnectionError("closed by the server")
            buffer += data
            if (response := complete(buffer)) is not None:
                return response


async def client_of(rig: Rig, address: str | None = None) -> Client:
    """A new connection, from an address of the loopback network if one is given."""
    port = rig.server.port
    return Client(await trio.open_tcp_stream("127.0.0.1", port, local_address=address))


# --- logins ---------------------------------------------------------------------------------------


async def measure_logins(rig: Rig) -> tuple[list[float], list[float], float, int]:
    """Milliseconds that the readers waited before and during, seconds that the logins took, and how
    often one was told to come again."""
    refused: list[int] = []
    quiet: list[float] = []
    busy: list[float] = []
    waits = quiet

    async def read(number: int) -> None:
        client = await client_of(rig)
        client.token = rig.token(rig.students[number])
        while True:
            began = time.perf_counter()
            await client.ask(ME)
            waits.append((time.perf_counter() - began) * 1000)

    async def login(number: int) -> None:
        client = await client_of(rig)
        while True:
            try:
                await client.ask(login_of(number))
                return
            except Refused as refusal:
                # More than can be served in time are told so at once, and come again.
                if refusal.code not in RETRYABLE:
                    raise
                refused.append(number)
                await trio.sleep(RETRY_SECONDS)

    async with trio.open_nursery() as nursery:
        for number in range(READERS):
            nursery.start_soon(read, number)
        await trio.sleep(QUIET_SECONDS)
        progress(f"{LOGINS} logins at once")
        waits = busy
        began = trio.current_time()
        async with trio.open_nursery() as logins:
            for number in range(LOGINS):
                logins.start_soon(login, number)
        took = trio.current_time() - began
        nursery.cancel_scope.cancel()
    return quiet, busy, took, len(refused)


async def measure_bystanders(rig: Rig) -> tuple[list[float], int]:
    """Milliseconds that others waited to sign in, and how many of them were refused."""
    waits: list[float] = []
    refused: list[str] = []

    async def crowd(number: int) -> None:
        client = await client_of(rig)
        while True:
            with contextlib.suppress(Refused):
                await client.ask(login_of(number))

    async def bystander(number: int) -> None:
        client = await client_of(rig, f"127.0.1.{number + 1}")
        began = time.perf_counter()
        try:
            await client.ask(login_of(CROWD + number))
        except Refused as refusal:
            refused.append(refusal.code)
        waits.append((time.perf_counter() - began) * 1000)

    progress(f"{CROWD} logins at once of one client, and {BYSTANDERS} others")
    async with trio.open_nursery() as nursery:
        for number in range(CROWD):
            nursery.start_soon(crowd, number)
        await trio.sleep(1)
        async with trio.open_nursery() as others:
            for number in range(BYSTANDERS):
                others.start_soon(bystander, number)
        nursery.cancel_scope.cancel()
    return waits, len(refused)


def login_of(number: int) -> dict[str, str]:
    """As a body."""
    credentials = f'email: "bench{number + 1}@bench.stoa", password: "{PASSWORD}"'
    return mutation(f"login({credentials}) {{ user {{ id }} }}")


# --- the way to a certificate ---------------------------------------------------------------------


async def until(found: Callable[[], Any]) -> Any:
    """What `found` finds, as soon as it finds something."""
    with trio.fail_after(PATIENCE_SECONDS):
        while True:
            answer = await found()
            if answer:
                return answer
            await trio.sleep(0.01)


async def measure_way(rig: Rig) -> dict[str, float]:
    """Seconds of each part, and transactions in all."""
    client = await client_of(rig)
    began = before = trio.current_time()
    committed = await trio.to_thread.run_sync(transactions, rig)
    took: dict[str, float] = {}

    def done(name: str) -> None:
        nonlocal before
        now = trio.current_time()
        took[name], before = now - before, now

    new = f'{{email: "way@bench.stoa", password: "{PASSWORD}", fullName: "Way"}}'
    registered = await client.ask(mutation(f"register(input: {new}) {{ accessToken }}"))
    client.token = registered["register"]["accessToken"]
    done("register")
    mail = rig.server.data_dir / "mail"
    token = await until(lambda: trio.to_thread.run_sync(token_in, mail))
    await client.ask(mutation(f'verifyEmail(token: "{token}")'))
    done("e-mail and verify")
    wanted = "{ id lessons { lesson { id } } }"
    enrolled = await client.ask(mutation(f'enrollInCourse(courseId: "{rig.course}") {wanted}'))
    enrollment = enrolled["enrollInCourse"]
    done("enrol")
    for each in enrollment["lessons"]:
        which = f'enrollmentId: "{enrollment["id"]}", lessonId: "{each["lesson"]["id"]}"'
        done_with = "progress: {status: COMPLETED, timeSpentSeconds: 60}"
        await client.ask(mutation(f"updateLessonProgress({which}, {done_with}) {{ status }}"))
    done(f"{LESSONS} lessons")

    async def certificate() -> Any:
        found = await client.ask({"query": "{ myCertificates { certificateId } }"})
        return found["myCertificates"]

    [issued] = await until(certificate)
    done("certificate")

    async def rendered() -> bool:
        path = f"/certificates/{issued['certificateId']}.pdf"
        response = await client.send(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return response.startswith(b"HTTP/1.1 302")

    await until(rendered)
    done("PDF")
    took["whole"] = trio.current_time() - began
    took["transactions"] = await trio.to_thread.run_sync(transactions, rig) - committed
    return took


def mutation(text: str) -> dict[str, str]:
    """As a body."""
    return {"query": f"mutation {{ {text} }}"}


def token_in(mail: Path) -> str | None:
    """Of the e-mail that asks to confirm the address."""
    for path in mail.glob("*.eml"):
        found = re.search(r"#verify=3?D?([0-9a-f]{64})", path.read_text().replace("=\n", ""))
        if found:
            return found[1]
    return None


def transactions(rig: Rig) -> int:
    """Committed so far in the database, the server's own regular ones among them."""

    async def count() -> int:
        connection = await asyncpg.connect(rig.database_url)
        try:
            return int(
                await connection.fetchval(
                    "select xact_commit from pg_stat_database where datname = current_database()"
                )
            )
        finally:
            await connection.close()

    return asyncio.run(count())


def prepare(rig: Rig, password_hash: str) -> None:
    """Lessons in the course, and a password for its students."""

    async def fill() -> None:
        connection = await asyncpg.connect(rig.database_url)
        try:
            await connection.execute(LESSON_ROWS, rig.course, LESSONS)
            await connection.execute("update users set password_hash = $1", password_hash)
        finally:
            await connection.close()

    asyncio.run(fill())


def p99(waits: list[float]) -> float:
    """Of milliseconds."""
    return statistics.quantiles(waits, n=100)[98]


async def run() -> None:
    """Measure and publish."""
    async with open_rig(max(LOGINS, READERS)) as rig:
        password_hash = await BcryptPasswords().hash(PASSWORD)
        await trio.to_thread.run_sync(prepare, rig, password_hash)
        quiet, busy, took, refused = await measure_logins(rig)
        waits, turned_away = await measure_bystanders(rig)
        way = await measure_way(rig)
    measures = [
        Measure(name="reads before: p99", value=p99(quiet), unit="ms"),
        Measure.at_most(f"reads during {LOGINS} logins: p99", p99(busy), "ms", P99_MS),
        Measure.at_most("reads during them: worst", max(busy), "ms", WORST_READ_MS),
        Measure(name=f"{LOGINS} logins, all of them", value=took, unit="s"),
        Measure(name="logins told to come again", value=refused, unit=""),
        Measure.at_most("bystanders of one client's logins: worst", max(waits), "ms", WORST_MS),
        Measure.at_most("bystanders refused", turned_away, "", 0),
        Measure(name="way to a certificate: transactions", value=way.pop("transactions"), unit=""),
        *(
            Measure(name=f"way to a certificate: {name}", value=seconds * 1000, unit="ms")
            for name, seconds in way.items()
        ),
    ]
    publish("accounts", measures, logins=LOGINS, readers=READERS, lessons=LESSONS)


if __name__ == "__main__":
    trio.run(run)
