"""How the pages reckon an upload: its parts, its speed, its pauses; and which kinds they offer."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.content.uses import USES, FileUse
from protocol.uploads import PART_BYTES, sizes_of
from tests.clients.node import require_node
from tests.support.profiles import share
from tests.web.test_web_checks import FOLDER

pytestmark = pytest.mark.node

PLAN = Path("gateway/web/content/upload/plan.js").resolve()
ASK = f"""
import * as plan from "{PLAN.as_uri()}";
import {{ readFileSync }} from "node:fs";
const asked = JSON.parse(readFileSync(0));
console.log(JSON.stringify(asked.map(([name, ...given]) => plan[name](...given))));
"""
MIB = 1024 * 1024


def answers(*questions: tuple[Any, ...]) -> list[Any]:
    """What the functions of the module answer, in one process."""
    node = require_node("acorn", FOLDER)
    done = subprocess.run(
        [node, "--input-type=module", "-e", ASK],
        input=msgspec.json.encode(questions),
        capture_output=True,
        check=True,
    )
    found: list[Any] = msgspec.json.decode(done.stdout)
    return found


@settings(max_examples=share(0.1))
@given(st.integers(1, 400 * PART_BYTES), st.data())
def test_the_parts_are_those_of_the_server(size: int, data: st.DataObject) -> None:
    sizes = sizes_of(size)
    stored = data.draw(st.sets(st.integers(1, len(sizes))))
    upload = {"size": size, "partSize": PART_BYTES, "stored": [*stored, *stored]}
    everything = {**upload, "stored": list(range(1, len(sizes) + 1))}
    asked = [("bytesOfPart", part, upload) for part in range(1, len(sizes) + 2)]
    found = answers(
        *asked, ("storedBytes", upload), ("isComplete", upload), ("isComplete", everything)
    )
    assert found[: len(asked)] == [*sizes, 0]
    arrived = sum(sizes[part - 1] for part in stored)
    assert found[len(asked) :] == [arrived, len(stored) == len(sizes), True]


def test_pauses_grow_up_to_half_a_minute() -> None:
    asked = [("pauseAfter", n, chance) for n in (1, 2, 5, 6, 400) for chance in (0, 1)]
    assert answers(*asked) == [500, 1_000, 1_000, 2_000, 8_000, 16_000] + [15_000, 30_000] * 2


def test_the_rest_takes_as_long_as_it_has_of_late() -> None:
    steady = [{"at": 1_000 * n, "sent": 2 * MIB * n} for n in range(10)]
    asked = [
        ("secondsLeft", steady, 20 * MIB),
        ("secondsLeft", steady[:3], 20 * MIB),
        ("secondsLeft", [], 20 * MIB),
        ("secondsLeft", [steady[0], {"at": 60_000, "sent": 0}], MIB),
    ]
    assert answers(*asked) == [10, None, None, None]


def test_what_was_long_ago_or_lost_does_not_count() -> None:
    samples = [{"at": 0, "sent": 0}, {"at": 10_000, "sent": 9}, {"at": 20_000, "sent": 5}]
    now = {"at": 25_000, "sent": 6}
    assert answers(("measured", samples, now)) == [[samples[2], now]]


def test_a_file_is_known_by_its_name_its_size_and_its_last_change() -> None:
    begun = {"name": "a.pdf", "size": 3, "lastModified": 7, "courseId": "c"}
    others: list[dict[str, object]] = [{}, {"name": "b.pdf"}, {"size": 4}, {"lastModified": 8}]
    asked = [("isSameFile", begun, {**begun, **other}) for other in others]
    assert answers(*asked) == [True, False, False, False]


def test_pages_offer_the_kinds_that_the_server_takes() -> None:
    kinds = Path("gateway/web/content/kinds.js").resolve().as_uri()
    said = (
        f'import {{ ENDINGS, MAX_BYTES }} from "{kinds}";'
        "console.log(JSON.stringify([ENDINGS, MAX_BYTES]));"
    )
    node = require_node("acorn", FOLDER)
    done = subprocess.run(
        [node, "--input-type=module", "-e", said], capture_output=True, check=True
    )
    endings, most = msgspec.json.decode(done.stdout, type=tuple[set[str], int])
    assert endings == USES[FileUse.RESOURCE].extensions
    assert most == USES[FileUse.RESOURCE].most_bytes
