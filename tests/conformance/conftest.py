"""The ports twice: in memory and on PostgreSQL. Every test here runs against both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.ports import MemoryPorts, Ports, postgres_ports


@pytest.fixture(params=["memory", "postgres"])
def ports_url(request: pytest.FixtureRequest) -> str | None:
    """Where the database is; None for memory."""
    if request.param == "memory":
        return None
    url: str = request.getfixturevalue("database_url")
    return url


@pytest.fixture
async def ports(ports_url: str | None) -> AsyncIterator[Ports]:
    """The storage ports over one empty store."""
    if ports_url is None:
        yield MemoryPorts()
    else:
        async with postgres_ports(ports_url) as ports:
            yield ports
