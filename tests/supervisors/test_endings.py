"""Whatever deletes, removes or ends something says what it answers the second time, and does so."""

from __future__ import annotations

import re

import pytest

from gateway.graphql.domain import WITH_PAYLOAD
from gateway.graphql.schema import make_schema
from protocol.errors import StoaError
from storage.postgres import Database
from storage.valkey import Valkey
from tests.supervisors.cells import COMMANDS, PUBLIC, made
from tests.supervisors.test_half_written import FITS, possible, replaced

MUTATION = make_schema().mutation_type
FIELDS = MUTATION.fields if MUTATION else {}
VERBS = ("archive", "delete", "disable", "end", "erase", "logout", "remove", "revoke", "withdraw")
ENDINGS = sorted(
    name for name in FIELDS if name.startswith(VERBS) and not name.endswith(WITH_PAYLOAD)
)
"""Without those that send the command of another and give back more."""
SAID = re.compile(r"[Oo]nce\s+more\s+(is\s+(?P<code>[A-Z_]+)|changes\s+nothing)\.")
GONE = ("delete", "end", "erase", "remove")
"""What these take away is not there the second time, unless it is a state of something."""


def said(name: str) -> str | None:
    """The code of the second answer; None for one that changes nothing."""
    found = SAID.search(FIELDS[name].description or "")
    assert found, f"{name} does not say what it answers once more"
    return found["code"]


def test_what_is_taken_away_is_not_found() -> None:
    assert len(ENDINGS) > 12
    states = {"removeAvatar", "removeStudent", "endQuizAttempt", "endQuizAttempts"}
    taken_away = {name for name in ENDINGS if name.startswith(GONE)} - states
    assert {name for name in ENDINGS if said(name) == "NOT_FOUND"} == taken_away


@pytest.mark.parametrize("name", ENDINGS)
async def test_the_second_time_is_answered_as_the_schema_says(
    database: Database, valkey: Valkey, name: str
) -> None:
    world = await made(database, valkey)
    if name in COMMANDS:
        command = await possible(world, name)
    else:
        command = replaced(PUBLIC[name], **await FITS[name](world))
    await world.do(command)
    code = said(name)
    if code is None:
        await world.do(command)
        return
    with pytest.raises(StoaError) as refusal:
        await world.do(command)
    assert refusal.value.code == code
