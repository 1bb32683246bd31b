"""How long a student was away, as the page of the log counts it, against the definition."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import msgspec
import pytest

from protocol.times import iso
from tests.clients.node import require_node
from tests.web.test_web_checks import FOLDER

pytestmark = pytest.mark.node

AWAY = Path("gateway/web/assessments/log/away.js").resolve()
COUNT = f"""
import {{ awayIn }} from "{AWAY.as_uri()}";
import {{ readFileSync }} from "node:fs";
const found = JSON.parse(readFileSync(0)).map(awayIn);
console.log(JSON.stringify(found.map(({{ total, times, isAway }}) => [total, times, isAway])));
"""
KINDS = (
    *("STARTED", "VIEWED", "ANSWERED", "LEFT", "RETURNED", "DISCONNECTED", "CONNECTED"),
    *("ENDED", "REOPENED"),
)
LOGS = 300


def counted(log: list[tuple[int, str]]) -> tuple[int, int, bool]:
    """Each moment belongs to the line before it; whoever was away then was away all along."""
    total = times = 0
    away = over = False
    for (at, kind), (then, _) in zip(log, [*log[1:], log[-1]], strict=True):
        if kind in ("LEFT", "DISCONNECTED"):
            away = away or not over
        elif kind in ("RETURNED", "CONNECTED", "ENDED"):
            times += away
            away = False
        over = kind == "ENDED" or (over and kind != "REOPENED")
        total += (then - at) if away else 0
    return total, times, away


def test_away_is_from_leaving_to_coming_back() -> None:
    node = require_node("acorn", FOLDER)
    chance = random.Random(13)
    logs = []
    for _ in range(LOGS):
        moments = sorted(chance.choices(range(0, 5_000_000, 250), k=chance.randint(1, 12)))
        log = [(at, chance.choice(KINDS)) for at in moments]
        logs.append([*log, (moments[-1] + 1_000, "RETURNED")])
    entries = [[{"at": iso(at), "kind": kind} for at, kind in log] for log in logs]
    done = subprocess.run(
        [node, "--input-type=module", "-e", COUNT],
        input=msgspec.json.encode(entries),
        capture_output=True,
        check=True,
    )
    found = msgspec.json.decode(done.stdout, type=list[tuple[int, int, bool]])
    assert found == [counted(log) for log in logs]
