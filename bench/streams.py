"""Pieces of a film to 500 viewers from the folder: CPU of the server per piece, beside nginx.

Every viewer has a connection and a link of its own, and asks for one segment after the other, as a
range of bytes; so many of them at once as a class that watches the same film does. Beside it, in
the same run with the same clients and the same file: nginx, which checks links by its secure_link
module (MD5 over the end and the path; ours is an HMAC with SHA-256), keeps files open and sends
them by sendfile.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import selectors
import shutil
import socket
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import trio

from bench.nginx import Nginx, has_module
from bench.process import Children, cpu_seconds
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import Rig, open_rig
from protocol.transcoding import prefix_of
from storage.objects.folder import FolderFiles
from storage.objects.streams import SealedStreams
from storage.seal import JwtSeal
from supervisors.clock import TrioClock

VIEWERS = 500
AT_ONCE = 25
"""Viewers whose pieces are on their way: the others watch what they have."""
SIZES = {"256 KiB": 256 * 1024, "1 MiB": 1024 * 1024, "2 MiB": 2 * 1024 * 1024}
"""Of a piece: six seconds of the smallest rendition, of a middling one, and of 720 lines."""
PIECES = 2_000
"""Of a round."""
ROUNDS = 5
FILM_BYTES = 64 * 1024 * 1024
SECONDS = 3_600
RATIO = 1.5
NAME = "v1.mp4"


class Viewer:
    """A connection that asks for pieces."""

    def __init__(self, address: tuple[str, int], path: str) -> None:
        self._path = path
        self.socket = socket.create_connection(address)
        self._left = 0

    def ask(self, start: int, length: int) -> None:
        """Ask for a piece."""
        wanted = f"Range: bytes={start}-{start + length - 1}"
        head = f"GET {self._path} HTTP/1.1\r\nHost: bench\r\n{wanted}\r\n\r\n"
        self.socket.setblocking(True)
        self.socket.sendall(head.encode())
        self._left = length

    def receive(self, buffer: bytearray) -> bool:
        """Read what has come; whether that is all of the piece."""
        count = self.socket.recv_into(buffer)
        data = memoryview(buffer)[:count]
        if bytes(data[:4]) == b"HTTP":  # no piece of this film begins so
            end = buffer.find(b"\r\n\r\n", 0, count) + 4
            if not buffer.startswith(b"HTTP/1.1 206") or end < 4:
                raise ConnectionError(bytes(data[:300]).decode(errors="replace"))
            count -= end
        elif not count:
            raise ConnectionError("closed by the server")
        self._left -= count
        return self._left == 0


def watch(viewers: Sequence[Viewer], length: int, pieces: int) -> None:
    """Have viewers in turn fetch pieces, `AT_ONCE` at a time."""
    buffer = bytearray(1 << 20)
    idle, begun, done = deque(viewers), 0, 0
    with selectors.DefaultSelector() as selector:
        for viewer in viewers:
            selector.register(viewer.socket, selectors.EVENT_READ, viewer)
        while done < pieces:
            while begun < min(pieces, done + AT_ONCE):
                idle.popleft().ask(begun * length % (FILM_BYTES - length), length)
                begun += 1
            for key, _ in selector.select():
                if key.data.receive(buffer):
                    idle.append(key.data)
                    done += 1


class Cost(NamedTuple):
    """Of a piece: CPU of the server in microseconds, and what it took in all."""

    cpu: float
    a_second: float


def measure(cpu: Callable[[], float], viewers: Sequence[Viewer], length: int) -> Cost:
    """Of `PIECES` pieces. `cpu()` is what the server has used."""
    before, began = cpu(), time.perf_counter()
    watch(viewers, length, PIECES)
    used, took = cpu() - before, time.perf_counter() - began
    return Cost(used / PIECES * 1e6, PIECES / took)


def connect(site: str, paths: Sequence[str]) -> list[Viewer]:
    """A viewer for each path."""
    split = urlsplit(site)
    address = (split.hostname or "", split.port or 80)
    return [Viewer(address, path) for path in paths]


async def film_of(rig: Rig, film: bytes) -> list[str]:
    """Put a film into the folder; a path for each viewer."""
    clock = TrioClock()
    streams = SealedStreams(JwtSeal(rig.secret.encode(), clock), clock)
    prefix = prefix_of("bench")

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(film), 1 << 20):
            yield film[start : start + (1 << 20)]

    await FolderFiles(rig.server.data_dir / "objects").store(prefix + NAME, pieces(), "video/mp4")
    return [streams.stream_link(prefix, seconds=SECONDS) + NAME for _ in range(VIEWERS)]


class Peer:
    """nginx with links of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._secret = secrets.token_hex(16)
        self.server = Nginx(
            program,
            folder,
            "keepalive_requests 1000000; open_file_cache max=1000;"
            f"location ~ ^/streams/(?<digest>[\\w-]+)/(?<ends>\\d+)/(?<file>[a-z0-9./-]+)$ {{"
            f' secure_link $digest,$ends; secure_link_md5 "$ends/$file {self._secret}";'
            ' if ($secure_link = "") { return 403; } if ($secure_link = "0") { return 410; }'
            f' add_header Cache-Control "private, max-age={SECONDS}"; types {{ video/mp4 mp4; }}'
            f" alias {folder}/files/$file; }}",
        )

    def film(self, film: bytes) -> list[str]:
        """Put a film where nginx has it; a path for each viewer."""
        (self.server.files / NAME).write_bytes(film)
        (self.server.files / NAME).chmod(0o644)
        ends = int(time.time()) + SECONDS
        return [self._path(ends + number) for number in range(VIEWERS)]

    def _path(self, ends: int) -> str:
        digest = hashlib.md5(f"{ends}/{NAME} {self._secret}".encode()).digest()
        signed = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return f"/streams/{signed}/{ends}/{NAME}"

    def cpu(self) -> float:
        """What the worker has used."""
        return Children(self.server.pid).cpu_seconds()


async def run() -> None:
    """Both in turn, `ROUNDS` times."""
    program = shutil.which("nginx")
    if program is not None and not has_module(program, "http_secure_link_module"):
        program = None
    if program is None:
        progress("SKIPPED: nginx with secure_link, which is not installed")
    film = os.urandom(FILM_BYTES)
    ours: dict[str, list[Cost]] = {name: [] for name in SIZES}
    theirs: dict[str, list[Cost]] = {name: [] for name in SIZES}
    async with open_rig(1) as rig:
        viewers = connect(rig.server.url, await film_of(rig, film))
        with contextlib.ExitStack() as stack:
            others: list[Viewer] = []
            peer: Peer | None = None
            if program is not None:
                peer = Peer(program, rig.server.data_dir.parent / "nginx")
                stack.enter_context(peer.server.running())
                others = connect(peer.server.site, peer.film(film))
            for number in range(ROUNDS + 1):
                progress(f"round {number} of {ROUNDS}" if number else "once, to warm up")
                for name, length in SIZES.items():
                    cost = await trio.to_thread.run_sync(
                        measure, lambda: cpu_seconds(rig.pid), viewers, length
                    )
                    ours[name] += [cost] if number else []
                    if peer is not None:
                        cost = await trio.to_thread.run_sync(measure, peer.cpu, others, length)
                        theirs[name] += [cost] if number else []
    report(ours, theirs)


def report(ours: dict[str, list[Cost]], theirs: dict[str, list[Cost]]) -> None:
    """Medians of the rounds, and of the ratios within a round."""
    measures = []
    for name in SIZES:
        for who, costs in (("Stoa", ours[name]), ("nginx", theirs[name])):
            if costs:
                cpu = statistics.median(cost.cpu for cost in costs)
                rate = statistics.median(cost.a_second for cost in costs)
                measures += [
                    Measure(name=f"CPU per piece of {name}, {who}", value=cpu, unit="µs"),
                    Measure(name=f"pieces of {name} a second, {who}", value=rate, unit="/s"),
                ]
        if theirs[name]:
            ratio = median_ratio(
                [cost.cpu for cost in ours[name]], [cost.cpu for cost in theirs[name]]
            )
            measures.append(Measure.at_most(f"{name}, ratio to nginx", ratio, "×", RATIO))
    publish("streams", measures, viewers=VIEWERS, at_once=AT_ONCE, pieces=PIECES, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
