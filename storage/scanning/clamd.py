"""ClamAV's daemon, which gets a file as a stream and says what is in it (clamd(8), INSTREAM)."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
import trio

from protocol.content.faults import FileFault, FileRefused, ScannerUnavailable
from protocol.errors import Overloaded

AT_ONCE: Final = 4
"""Files; clamd has 10 threads by default (`MaxThreads`)."""
MAX_WAITING: Final = 50
CONNECT_SECONDS: Final = 5.0
SEND_SECONDS: Final = 30.0
"""For each piece."""
ANSWER_SECONDS: Final = 180.0
"""From the last piece on; clamd gives up after 120 by default (`MaxScanTime`)."""
MAX_ANSWER: Final = 4_096
MAX_NAMED: Final = 100
"""Characters of the name of a virus."""
DEFAULT_PORT: Final = 3310

log = structlog.get_logger()


class Clamd:
    """Implements `protocol.content.scanning.VirusScanner`. One connection for each file.

    `url`: `tcp://host:port` or `unix:///path`.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._turns = trio.CapacityLimiter(AT_ONCE)

    async def scan(self, pieces: AsyncIterable[bytes]) -> str | None:
        """The name of what was found; None for nothing."""
        if self._turns.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded("Too many files are waiting to be scanned; try again")
        async with self._turns:
            try:
                return await self._scan(pieces)
            except ScannerUnavailable as error:
                log.warning("scanner.unavailable", why=error.why)
                raise

    async def _scan(self, pieces: AsyncIterable[bytes]) -> str | None:
        async with await self._connected() as stream:
            answer, whole = await _streamed(stream, pieces)
        found = _found(answer)
        if found is None and not whole:
            raise ScannerUnavailable("an answer before the end of the file")
        return found

    async def version(self) -> str:
        """What answers, in its own words. Raises `ScannerUnavailable`."""
        async with await self._connected() as stream:
            with trio.move_on_after(CONNECT_SECONDS):
                try:
                    await stream.send_all(b"zVERSION\0")
                    said = _printable(await _answer(stream))
                except trio.BrokenResourceError as error:
                    raise ScannerUnavailable(f"connection broken: {error.__cause__}") from error
                if said.startswith("ClamAV "):
                    return said
                raise ScannerUnavailable(f"it is no ClamAV: {said[:MAX_NAMED]}")
        raise ScannerUnavailable("no answer in time")

    async def _connected(self) -> trio.SocketStream:
        with trio.move_on_after(CONNECT_SECONDS):
            try:
                if self._url.scheme == "unix":
                    return await trio.open_unix_socket(unquote(self._url.path))
                return await trio.open_tcp_stream(
                    self._url.hostname or "", self._url.port or DEFAULT_PORT
                )
            except OSError as error:
                raise ScannerUnavailable(str(error)) from error
        raise ScannerUnavailable("no connection in time")


async def _streamed(stream: trio.SocketStream, pieces: AsyncIterable[bytes]) -> tuple[bytes, bool]:
    """Send it all, and get the answer, which comes early for a file that is too large.

    Beside it, whether everything had been sent.
    """
    answers: list[tuple[bytes, bool]] = []
    whole = False
    faults: list[Exception] = []
    async with trio.open_nursery() as nursery:

        async def listen() -> None:
            try:
                answers.append((await _answer(stream), whole))
            except trio.BrokenResourceError as error:
                faults.append(ScannerUnavailable(f"connection broken: {error.__cause__}"))
            nursery.cancel_scope.cancel()

        nursery.start_soon(listen)
        try:
            await _send(stream, pieces)
            whole = True
            await _send_bytes(stream, bytes(4))
        except trio.BrokenResourceError:
            pass  # it wants no more, and says why
        except Exception as error:  # raised below, without the nursery's group around it
            faults.append(error)
            nursery.cancel_scope.cancel()
        nursery.cancel_scope.deadline = trio.current_time() + ANSWER_SECONDS
    if answers:
        return answers[0]
    raise faults[0] if faults else ScannerUnavailable("no answer in time")


async def _send(stream: trio.SocketStream, pieces: AsyncIterable[bytes]) -> None:
    await _send_bytes(stream, b"zINSTREAM\0")
    async for piece in pieces:
        if piece:  # a length of zero would be the end
            await _send_bytes(stream, len(piece).to_bytes(4, "big") + piece)


async def _send_bytes(stream: trio.SocketStream, data: bytes) -> None:
    with trio.move_on_after(SEND_SECONDS) as scope:
        await stream.send_all(data)
    if scope.cancelled_caught:
        raise ScannerUnavailable("it takes no more bytes")


async def _answer(stream: trio.SocketStream) -> bytes:
    """Up to the zero that ends it, or to the end."""
    answer = b""
    while b"\0" not in answer and len(answer) < MAX_ANSWER:
        received = await stream.receive_some(MAX_ANSWER)
        if not received:
            break
        answer += received
    return answer.partition(b"\0")[0]


def _found(answer: bytes) -> str | None:
    said = _printable(answer)
    if said == "stream: OK":
        return None
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")[:MAX_NAMED]
    if "size limit exceeded" in said:
        text = "The file is larger than the virus scanner of this installation takes"
        raise FileRefused(FileFault.TOO_LARGE_TO_SCAN, text)
    raise ScannerUnavailable(said[:MAX_NAMED] or "closed without an answer")


def _printable(answer: bytes) -> str:
    said = answer.decode(errors="replace").strip()
    return "".join(character if character.isprintable() else "?" for character in said)
