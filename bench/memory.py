"""Memory of an idle, authenticated client that has joined a room, session actor included.

The server's resident memory with many such clients, less without them, divided by how many.
"""

from __future__ import annotations

import time

import trio

from bench.fanout import Receivers, join_stoa
from bench.process import resident_bytes
from bench.report import Measure, progress, publish
from bench.rig import open_rig

CLIENTS = 10_000
PER_PROCESS = 5_000
SETTLE_SECONDS = 5.0
WARM_UP = 200


async def run() -> None:
    async with open_rig(CLIENTS + WARM_UP) as rig:

        def measure() -> tuple[int, int]:
            members = [(rig.token(student), rig.course) for student in rig.students]
            warm = Receivers(rig.server.port, join_stoa, members[CLIENTS:])
            warm.wait_joined()
            time.sleep(SETTLE_SECONDS)
            before = resident_bytes(rig.pid)
            crowds = []
            for start in range(0, CLIENTS, PER_PROCESS):
                crowd = Receivers(rig.server.port, join_stoa, members[start : start + PER_PROCESS])
                crowd.wait_joined()
                progress(f"{start + PER_PROCESS:,} clients have joined")
                crowds.append(crowd)
            time.sleep(SETTLE_SECONDS)
            after = resident_bytes(rig.pid)
            for crowd in [warm, *crowds]:
                crowd.received()  # an EOFError if one of its clients was closed meanwhile
            for crowd in [warm, *crowds]:
                crowd.stop()
            return before, after

        before, after = await trio.to_thread.run_sync(measure)
    each = (after - before) / CLIENTS / 1024
    publish(
        "memory",
        [
            Measure(name="server without them", value=before / 2**20, unit="MiB"),
            Measure(name=f"server with {CLIENTS:,} clients", value=after / 2**20, unit="MiB"),
            Measure(
                name="an idle client in a room",
                value=each,
                unit="KiB",
                must="≤ 12 KiB",
                met=each <= 12,
            ),
        ],
        clients=CLIENTS,
    )


if __name__ == "__main__":
    trio.run(run)
