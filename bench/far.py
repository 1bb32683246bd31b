"""A network with distances between real kernels: a client is as far away as its address says.

Every packet between the server's kernel and the clients' passes a process that keeps it for the
client's one-way delay (what `tc netem` does where the kernel has it). So both ends run the TCP they
always run, and the server's `TCP_INFO` sees the distance. Needs root and `/dev/net/tun`.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

SERVER = "198.18.0.1"
"""In the network that RFC 2544 sets aside for benches."""
NETWORK = "198.18.0.0/15"
NEAR, FAR = "stoafar0", "stoafar1"
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLONE_NEWNET = 0x40000000
MTU = 1_500


def address(group: int, number: int) -> str:
    """The address of a client: the third number is its group."""
    return f"198.18.{group + 1}.{number + 1}"


def available() -> str | None:
    """Why there is no such network on this machine, None if there is."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it needs root on Linux"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    return None


@contextlib.contextmanager
def far_network(delays_ms: Sequence[int]) -> Iterator[str]:
    """Clients of group *n* are `delays_ms[n]` away, each way. Yields their namespace's name."""
    namespace = f"stoafar{os.getpid()}"
    _ip("netns", "add", namespace)
    shuttle = None
    try:
        arguments = [namespace, *map(str, delays_ms)]
        shuttle = subprocess.Popen(
            [sys.executable, "-m", "bench.far", *arguments], stdout=subprocess.PIPE
        )
        assert shuttle.stdout is not None
        if shuttle.stdout.readline() != b"ready\n":
            raise OSError("the network could not be made")
        yield namespace
    finally:
        if shuttle is not None:
            shuttle.kill()
            shuttle.wait()
        _ip("netns", "delete", namespace)


def in_namespace(namespace: str, *command: str) -> list[str]:
    """The command that runs `command` among the clients."""
    return ["ip", "netns", "exec", namespace, *command]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _open_tun(name: str) -> int:
    """A network device whose packets this process reads and writes."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_NO_PI))
    return device


def _enter(namespace: str) -> None:
    with open(f"/run/netns/{namespace}") as handle:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(handle.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "cannot enter the namespace")


class Shuttle:
    """Carries packets between the two devices, each after its client's delay."""

    def __init__(self, near: int, far: int, delays: Mapping[int, float]) -> None:
        self._across = {near: far, far: near}
        # Where a packet's IPv4 header has the client's group: in the destination, or in the source.
        self._group_at = {near: 18, far: 14}
        self._delays = delays
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._count = 0

    def run(self) -> None:
        poll = select.epoll()
        for device in self._across:
            os.set_blocking(device, False)
            poll.register(device, select.EPOLLIN)
        while True:
            now = time.monotonic()
            while self._waiting and self._waiting[0][0] <= now:
                _, _, device, packet = heapq.heappop(self._waiting)
                with contextlib.suppress(BlockingIOError):
                    os.write(device, packet)
            left = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            for device, _ in poll.poll(left):
                self._take(device)

    def _take(self, device: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = os.read(device, MTU + 100)
                if packet[0] >> 4 != 4:
                    continue
                delay = self._delays.get(packet[self._group_at[device]], 0.0)
                self._count += 1
                due = time.monotonic() + delay
                heapq.heappush(self._waiting, (due, self._count, self._across[device], packet))


def main(namespace: str, *delays_ms: str) -> None:
    near = _open_tun(NEAR)
    _ip("address", "add", f"{SERVER}/15", "dev", NEAR)
    _ip("link", "set", NEAR, "up")
    _enter(namespace)
    far = _open_tun(FAR)
    _ip("link", "set", "lo", "up")
    _ip("link", "set", FAR, "up")
    _ip("route", "add", f"{SERVER}/32", "dev", FAR)
    delays = {number + 1: float(ms) / 1000 for number, ms in enumerate(delays_ms)}
    for group in delays:
        _ip("route", "add", "local", f"198.18.{group}.0/24", "dev", "lo")
    print("ready", flush=True)
    Shuttle(near, far, delays).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
