"""Two real processes append the same version of one address: exactly one wins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from storage.postgres import Database
from tests.support.appender import CONTESTED

ROUNDS = 40
ROOT = Path(__file__).parents[2]


@contextmanager
def appender(url: str, node: str) -> Iterator[subprocess.Popen[str]]:
    """A ready process."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.appender", url, node],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.stdin.close()
            assert process.wait(30) == 0


def contend(processes: list[subprocess.Popen[str]], version: int) -> list[str]:
    """Tell all of them at once; what each says."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{version}\n")
        process.stdin.flush()
    return [process.stdout.readline().strip() for process in processes if process.stdout]


async def test_of_two_processes_that_append_the_same_version_one_wins(
    database: Database, database_url: str
) -> None:
    winners: list[str] = []
    with ExitStack() as stack:
        nodes = ["one", "two"]
        processes = [stack.enter_context(appender(database_url, node)) for node in nodes]
        for version in range(1, ROUNDS + 1):
            said = contend(processes, version)
            assert sorted(said) == [f"{version} Fenced", f"{version} won"]
            winners.append(nodes[said.index(f"{version} won")])
    rows = await database.run(
        lambda c: c.fetch(
            "SELECT node, event FROM journal WHERE kind = $1 AND key = $2 ORDER BY version",
            *CONTESTED,
        )
    )
    assert [row["node"] for row in rows] == winners
    assert [msgspec.json.decode(row["event"])["t"] for row in rows] == winners
