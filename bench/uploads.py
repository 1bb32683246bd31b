"""A large file up and down through the folder: memory of the server, and throughput beside nginx.

The file goes up in the parts that browsers send, three at once, and comes down in one answer.
Beside it, in the same run on the same disk with the same clients: nginx, which takes the parts by
its WebDAV module if it has it, and gives the file by sendfile. Stoa has a part on disk (fsync)
before it says so, nginx does not. Who joins the parts is the bench; in a server it is a thread that
copies.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import trio

from bench.nginx import Nginx, has_module
from bench.process import resident_bytes
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import Rig, open_rig
from protocol.uploads import LINK_SECONDS, PART_BYTES, sizes_of
from storage.objects.folder import FolderObjects
from storage.seal import JwtSeal
from supervisors.clock import TrioClock

SIZE = 1024 * 1024 * 1024
ROUNDS = 3
SENDERS = 3
"""Parts at once, as our page sends them."""
PIECE = 1 << 20
KEY = "bench/file"
MEMORY_MIB = 32
SAMPLE_SECONDS = 0.02
SETTLE_SECONDS = 3.0

ZEROS = memoryview(bytes(PIECE))


class Speeds(NamedTuple):
    """MiB per second. None for what cannot be done."""

    up: float | None
    down: float


def exchange(url: str, method: str, size: int) -> None:
    """One request with so many bytes one way. Raises `ConnectionError` unless that works."""
    split = urlsplit(url)
    assert split.hostname is not None
    with socket.create_connection((split.hostname, split.port or 80)) as connection:
        length = f"Content-Length: {size}\r\n" if method == "PUT" else ""
        head = f"{method} {split.path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n{length}\r\n"
        connection.sendall(head.encode())
        if method == "PUT":
            for start in range(0, size, PIECE):
                connection.sendall(ZEROS[: min(PIECE, size - start)])
        received = _received(connection)
    if method == "GET" and received != size:
        raise ConnectionError(f"{received} bytes of {size}")


def _received(connection: socket.socket) -> int:
    """Bytes of the answer's body, up to the end of the connection."""
    answer, buffer = b"", bytearray(PIECE)
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(PIECE)
        if not piece:
            raise ConnectionError("closed by the server")
        answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"HTTP/1.1 204")):
        raise ConnectionError(answer[:500].decode(errors="replace"))
    received = len(body)
    while count := connection.recv_into(buffer):
        received += count
    return received


def send_all(urls: Sequence[str], sizes: Sequence[int]) -> float:
    """Send all parts; MiB per second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(exchange, urls, ["PUT"] * len(urls), sizes))
    return sum(sizes) / 2**20 / (time.perf_counter() - began)


def fetch(url: str, size: int) -> float:
    """Fetch a file; MiB per second."""
    began = time.perf_counter()
    exchange(url, "GET", size)
    return size / 2**20 / (time.perf_counter() - began)


class Peak:
    """The most resident memory of a process during the context, in bytes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.bytes = 0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self.bytes = max(self.bytes, resident_bytes(self._pid))


class Stoa:
    """The server of a rig. Links are made here, under its secret."""

    def __init__(self, rig: Rig) -> None:
        clock = TrioClock()
        seal = JwtSeal(rig.secret.encode(), clock)
        root = rig.server.data_dir / "objects"
        self._site = rig.server.url
        self._objects = FolderObjects(root, seal, clock, site=lambda: self._site)

    async def measure(self, size: int) -> Speeds:
        """Send a file and fetch it."""
        sizes = sizes_of(size)
        upload = await self._objects.begin(KEY, content_type="application/octet-stream")
        links = [
            await self._objects.part_link(KEY, upload, number, size=each, seconds=LINK_SECONDS)
            for number, each in enumerate(sizes, start=1)
        ]
        urls = [self._site + link.url for link in links]
        up = await trio.to_thread.run_sync(send_all, urls, sizes)
        if not await self._objects.join(KEY, upload, sizes):
            raise ValueError("a part is missing")
        url = await self._objects.link(KEY, seconds=LINK_SECONDS, filename="file")
        return Speeds(up, await trio.to_thread.run_sync(fetch, url, size))


class OneNginx:
    """nginx in a folder beside the rig's."""

    def __init__(self, program: str, folder: Path) -> None:
        self._takes = has_module(program, "http_dav_module")
        takes = "dav_methods PUT;" if self._takes else ""
        location = f"location / {{ root {folder}/files; {takes} }}"
        self.server = Nginx(program, folder, f"client_max_body_size {PART_BYTES}; {location}")

    def measure(self, size: int) -> Speeds:
        """Send a file and fetch one of the same size."""
        sizes, site = sizes_of(size), self.server.site
        up = None
        if self._takes:
            up = send_all([f"{site}/{number}" for number in range(len(sizes))], sizes)
        whole = self.server.files / "whole"
        with whole.open("wb") as file:
            for start in range(0, size, PIECE):
                file.write(ZEROS[: min(PIECE, size - start)])
        whole.chmod(0o644)
        return Speeds(up, fetch(f"{site}/whole", size))


async def run() -> None:
    """All of it, `ROUNDS` times in turn."""
    program = shutil.which("nginx")
    if program is None:
        progress("SKIPPED: nginx, which is not installed")
    ours: list[Speeds] = []
    theirs: list[Speeds] = []
    async with open_rig(1) as rig:
        stoa = Stoa(rig)
        progress("a first part, to warm up")
        await stoa.measure(PART_BYTES)
        await trio.sleep(SETTLE_SECONDS)
        idle = resident_bytes(rig.pid)
        peak = 0
        with contextlib.ExitStack() as stack:
            nginx: OneNginx | None = None
            if program is not None:
                folder = rig.server.data_dir.parent / "nginx"
                nginx = OneNginx(program, folder)
                stack.enter_context(nginx.server.running())
            for number in range(1, ROUNDS + 1):
                progress(f"round {number} of {ROUNDS}: Stoa")
                with Peak(rig.pid) as watched:
                    ours.append(await stoa.measure(SIZE))
                peak = max(peak, watched.bytes)
                if nginx is not None:
                    progress(f"round {number} of {ROUNDS}: nginx")
                    theirs.append(await trio.to_thread.run_sync(nginx.measure, SIZE))
    report(ours, theirs, idle, peak)


def report(ours: list[Speeds], theirs: list[Speeds], idle: int, peak: int) -> None:
    """Medians of the rounds, and of the ratios within a round."""
    measures = [
        Measure(name="server before", value=idle / 2**20, unit="MiB"),
        Measure.at_most("server above that", (peak - idle) / 2**20, "MiB", MEMORY_MIB),
    ]
    ways: dict[str, Callable[[Speeds], float | None]] = {
        "up": lambda speeds: speeds.up,
        "down": lambda speeds: speeds.down,
    }
    for way, of in ways.items():
        mine = [value for each in ours if (value := of(each)) is not None]
        others = [value for each in theirs if (value := of(each)) is not None]
        measures.append(Measure(name=f"{way}, Stoa", value=statistics.median(mine), unit="MiB/s"))
        if others:
            value = statistics.median(others)
            measures.append(Measure(name=f"{way}, nginx", value=value, unit="MiB/s"))
            ratio = median_ratio(mine, others)
            measures.append(Measure(name=f"{way}, ratio to nginx", value=ratio, unit="×"))
    publish("uploads", measures, size=SIZE, rounds=ROUNDS, senders=SENDERS)


if __name__ == "__main__":
    trio.run(run)
