"""The keeper with a stand-in for the server, to be killed: `python -m tests.support.kept_server`.

    python -m tests.support.kept_server <port> <operators' port> <folder>

The server answers each connection with its process id, a number from `random` and what stands in
`<folder>/answer` when the program is loaded. Files in the folder change what happens:

- `slow`: the server ends at the second signal only
- `refuse`: its start is refused with status 2, and so is the check of a reload
- `away`: its start is refused with status 2
- `fall`: it dies before it is ready
- `late`: it is ready only when it is told to stop
- `engines`: there is a process in the place of the engines
- `engines_refuse`: its start is refused with status 2
- `moved`: the interpreter is not where it was when the keeper started
- `gone`: it vanishes after the check of a reload
- `interval`: seconds between summaries of the log; one line of each kind is written at once
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from pathlib import Path

from supervisors.keeper.handover import received
from supervisors.keeper.keeper import Keeper
from supervisors.keeper.line import EnginesState, Line, Ready
from supervisors.keeper.listeners import Listeners, open_listeners
from supervisors.keeper.process import Body
from supervisors.log_sampling import LogSampler
from supervisors.logs import configure_logs
from supervisors.settings import Settings

PORT, OPERATORS_PORT, FOLDER = sys.argv[1:4]
STATUS = 3
AT_ONCE = 130


def serve(listeners: Listeners, line: Line) -> int:
    """Answer until SIGTERM or SIGHUP, then what waits; the drain of a server."""
    listener = listeners.public
    stops: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stops.append(number)
        (Path(FOLDER) / "stopping").touch()

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    if (Path(FOLDER) / "late").exists():
        (Path(FOLDER) / "listens").touch()
        while not stops:
            select.select([], [], [], 0.05)
    line.tell(Ready())
    while len(stops) < (2 if (Path(FOLDER) / "slow").exists() else 1):
        if select.select([listener], [], [], 0.05)[0]:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                continue
            with connection:
                connection.sendall(f"{os.getpid()} {random.random()} {ANSWER}".encode())
    return 0 if len(stops) == 1 else AT_ONCE


def server(listeners: Listeners, again: bool) -> Body:
    """The body of a server. Every life leaves a line."""

    def body(line: Line) -> int:
        with (Path(FOLDER) / "lives").open("a") as lives:
            lives.write(f"{os.getpid()} {again}\n")
        if (Path(FOLDER) / "refuse").exists():
            print("stoa serve: refused; correct something", file=sys.stderr)
            return 2
        if (Path(FOLDER) / "away").exists():
            return 2
        if (Path(FOLDER) / "fall").exists():
            return STATUS
        return serve(listeners, line)

    return body


def engines(line: Line) -> int:
    """Nothing but ready, until it is told to stop."""
    if (Path(FOLDER) / "engines_refuse").exists():
        return 2
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    line.tell(EnginesState(ready=True, urls={}))
    signal.sigwait([signal.SIGTERM])
    return 0


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(2 if (Path(FOLDER) / "refuse").exists() else 0)
    interval = Path(FOLDER) / "interval"
    sampler = (
        LogSampler(first=1, interval=float(interval.read_text())) if interval.exists() else None
    )
    sampler = configure_logs(log_format="json", level="info", sampler=sampler)
    ANSWER = (Path(FOLDER) / "answer").read_text()
    MOVED = FOLDER + "/nowhere" if (Path(FOLDER) / "moved").exists() else ""
    left = received(os.environ)
    settings = Settings(port=int(PORT), operators_port=int(OPERATORS_PORT))
    sockets = left.listeners if left else open_listeners(settings, os.environ)
    keeper = Keeper(
        sockets,
        server=lambda again: server(sockets, again),
        engines=engines if (Path(FOLDER) / "engines").exists() else None,
        warm=lambda: None,
        check=[MOVED or sys.executable, *sys.orig_argv[1:], "--check"],
        sampler=sampler,
    )
    if (Path(FOLDER) / "gone").exists():
        sys.executable = FOLDER + "/nowhere"
    if left:
        keeper.adopt(left)
    sys.exit(keeper.run())
