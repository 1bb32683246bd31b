"""The desk of the users domain, for every test of this folder."""

from __future__ import annotations

import pytest

from storage.postgres import Database
from storage.valkey import Valkey
from tests.actors.users.desk import Desk


@pytest.fixture
async def desk(database: Database, valkey: Valkey) -> Desk:
    return Desk(database, valkey)
