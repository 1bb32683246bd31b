"""ClamAV's daemon over real sockets, played by a small one that speaks its protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from actors.content.checking import check_scanned
from protocol.content.faults import FileFault, FileRefused, ScannerUnavailable
from protocol.errors import Overloaded, StorageUnavailable
from storage.scanning import clamd
from storage.scanning.clamd import AT_ONCE, MAX_WAITING, Clamd
from supervisors.cli.doctor import _scanner
from supervisors.scanning import scanner_of
from supervisors.settings import Settings
from tests.support.files import declared_as, reader
from tests.support.server import free_port

VIRUS = b"X5O!P%@AP-HARMLESS"
Answer = Callable[[trio.SocketStream], Awaitable[None]]


class Daemon:
    """`limit`: its StreamMaxLength, at which it answers without reading on."""

    def __init__(self, limit: int = 10**9) -> None:
        self.limit = limit
        self.scanned: list[bytes] = []

    async def __call__(self, stream: trio.SocketStream) -> None:
        received = _Received(stream)
        command = await received.until(b"\0")
        if command == b"zVERSION":
            await stream.send_all(b"ClamAV 1.4.3/27700/Tue\0")
            return
        assert command == b"zINSTREAM"
        data = b""
        while length := int.from_bytes(await received.exactly(4), "big"):
            if len(data) + length > self.limit:
                await stream.send_all(b"INSTREAM size limit exceeded. ERROR\0")
                return
            data += await received.exactly(length)
        self.scanned.append(data)
        found = b"Win.Test-1 FOUND" if VIRUS in data else b"OK"
        await stream.send_all(b"stream: " + found + b"\0")


class _Received:
    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._held = bytearray()

    async def exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            self._held += await self._some()
        found, self._held = bytes(self._held[:count]), self._held[count:]
        return found

    async def until(self, end: bytes) -> bytes:
        while end not in self._held:
            self._held += await self._some()
        found, _, self._held = self._held.partition(end)
        return bytes(found)

    async def _some(self) -> bytes:
        received = await self._stream.receive_some()
        if not received:
            raise trio.EndOfChannel
        return bytes(received)


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    """The URL of a daemon that handles each connection so."""

    async def handle(stream: trio.SocketStream) -> None:
        with trio.CancelScope():
            try:
                await answer(stream)
            except (trio.EndOfChannel, trio.BrokenResourceError):
                return
            finally:
                await trio.aclose_forcefully(stream)

    async with trio.open_nursery() as nursery:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, handle, [listener])
        yield f"tcp://127.0.0.1:{listener.socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()


class Pieces:
    """So many times the same bytes; then an error, if there is one."""

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        self._pieces = iter(pieces)
        self._error = error

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        await trio.lowlevel.checkpoint()
        for piece in self._pieces:
            return piece
        raise self._error or StopAsyncIteration


async def test_a_clean_file_is_clean_and_was_sent_as_a_whole() -> None:
    daemon = Daemon()
    async with listening(daemon) as url:
        assert await Clamd(url).scan(Pieces(b"a" * 300_000, b"", b"b")) is None
        assert await Clamd(url).scan(Pieces()) is None
    assert daemon.scanned == [b"a" * 300_000 + b"b", b""]


async def test_what_is_found_has_a_name_and_the_file_is_refused() -> None:
    data = b"x" * 400_000 + VIRUS
    async with listening(Daemon()) as url:
        assert await Clamd(url).scan(Pieces(VIRUS[:5], VIRUS[5:])) == "Win.Test-1"
        with pytest.raises(FileRefused) as refused:
            await check_scanned(reader(data), declared_as("txt", data), Clamd(url))
        await check_scanned(reader(b"fine"), declared_as("txt", b"fine"), Clamd(url))
    assert refused.value.fault == FileFault.INFECTED
    assert "Win.Test-1" in refused.value.message


async def test_a_daemon_at_a_socket_in_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "clamd ctl"
    server = trio.socket.socket(trio.socket.AF_UNIX)
    await server.bind(str(path))
    server.listen()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, Daemon(), [trio.SocketListener(server)])
        url = f"unix://{str(path).replace(' ', '%20')}"
        assert await Clamd(url).scan(Pieces(VIRUS)) == "Win.Test-1"
        assert await Clamd(url).version() == "ClamAV 1.4.3/27700/Tue"
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("size", [1_001, 8_000_000])
async def test_a_file_larger_than_the_daemon_takes_is_refused_and_not_tried_again(
    size: int,
) -> None:
    async with listening(Daemon(limit=1_000)) as url:
        with pytest.raises(FileRefused) as refused:
            await Clamd(url).scan(Pieces(bytes(500), bytes(size)))
    assert refused.value.fault == FileFault.TOO_LARGE_TO_SCAN


async def says(stream: trio.SocketStream, answer: bytes, *, early: bool = False) -> None:
    received = _Received(stream)
    await received.until(b"\0")
    if not early:
        await received.until(bytes(4))
    await stream.send_all(answer)


@pytest.mark.parametrize(
    "answer", [b"", b"stream: Can't allocate memory ERROR\0", b"UNKNOWN COMMAND\0", b"x" * 9_000]
)
async def test_a_daemon_that_fails_is_one_that_is_away(answer: bytes) -> None:
    async with listening(lambda stream: says(stream, answer)) as url:
        with pytest.raises(ScannerUnavailable) as away:
            await Clamd(url).scan(Pieces(b"a"))
    assert away.value.shown_details() == {"retryable": True}


async def test_an_answer_before_the_end_of_the_file_says_nothing_good() -> None:
    gate = trio.Event()

    class Held(Pieces):
        async def __anext__(self) -> bytes:
            await gate.wait()
            return b"never asked for"

    async def early(stream: trio.SocketStream) -> None:
        await says(stream, b"stream: OK\0", early=True)

    async with listening(early) as url:
        with pytest.raises(ScannerUnavailable):
            await Clamd(url).scan(Held())


async def test_nobody_listens() -> None:
    for url in (f"tcp://127.0.0.1:{free_port()}", "unix:///nowhere/clamd.ctl"):
        with pytest.raises(ScannerUnavailable):
            await Clamd(url).scan(Pieces(b"a"))
        with pytest.raises(ScannerUnavailable):
            await Clamd(url).version()


async def silent(stream: trio.SocketStream) -> None:
    await trio.sleep_forever()


@pytest.mark.parametrize(
    ("bound", "pieces"),
    [("ANSWER_SECONDS", (b"a",)), ("SEND_SECONDS", (bytes(1_000_000),) * 30)],
)
async def test_a_daemon_that_does_not_answer_or_read_is_away_in_time(
    monkeypatch: pytest.MonkeyPatch, bound: str, pieces: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(clamd, bound, 0.05)
    async with listening(silent) as url:
        with pytest.raises(ScannerUnavailable):
            await Clamd(url).scan(Pieces(*pieces))


async def test_a_storage_that_fails_is_not_the_daemons_fault() -> None:
    daemon = Daemon()
    async with listening(daemon) as url:
        with pytest.raises(StorageUnavailable):
            await Clamd(url).scan(Pieces(b"a", error=StorageUnavailable()))
    assert daemon.scanned == []


async def test_only_so_many_are_scanned_and_wait() -> None:
    connected = 0

    async def counted(stream: trio.SocketStream) -> None:
        nonlocal connected
        connected += 1
        await trio.sleep_forever()

    async with listening(counted) as url, trio.open_nursery() as nursery:
        scanner = Clamd(url)
        for _ in range(AT_ONCE + MAX_WAITING):
            nursery.start_soon(scanner.scan, Pieces(b"a"))
        while connected < AT_ONCE or scanner._turns.statistics().tasks_waiting < MAX_WAITING:
            await trio.lowlevel.checkpoint()
        with pytest.raises(Overloaded):
            await scanner.scan(Pieces(b"a"))
        assert connected == AT_ONCE
        nursery.cancel_scope.cancel()


async def test_a_scan_that_nobody_waits_for_ends() -> None:
    async with listening(silent) as url:
        with trio.move_on_after(0.05) as scope:
            await Clamd(url).scan(Pieces(b"a"))
    assert scope.cancelled_caught


async def test_the_doctor_says_whether_it_answers_and_with_which_signatures() -> None:
    assert await _scanner(Settings()) == ("virus scanner", "none", "uploads are not scanned", "ok")
    assert scanner_of(Settings()) is None
    async with listening(Daemon()) as url:
        *_, where, answer = await _scanner(Settings(clamav_url=url))
        assert (where, answer) == (url, "ok, ClamAV 1.4.3/27700/Tue")
    assert scanner_of(Settings(clamav_url=url)) is not None
    async with listening(lambda stream: says(stream, b"220 mail\0", early=True)) as other:
        *_, answer = await _scanner(Settings(clamav_url=other))
        assert answer == "does not answer: it is no ClamAV: 220 mail"
    *_, answer = await _scanner(Settings(clamav_url=url))
    assert answer.startswith("does not answer: all attempts to connect")
