"""Connections are bounded by what the operating system allows."""

from __future__ import annotations

import resource
from math import inf

import pytest
from structlog.testing import capture_logs

from supervisors import descriptors
from supervisors.descriptors import (
    FEWEST,
    RESERVED,
    connections_possible,
    raise_limit,
    warn_of_fewer,
)


class System:
    """An operating system's limits; it refuses soft ones above `most`."""

    def __init__(self, soft: int, hard: int, *, most: float = inf) -> None:
        self.limits = (soft, hard)
        self.most = most

    def get(self, which: int) -> tuple[int, int]:
        assert which == resource.RLIMIT_NOFILE
        return self.limits

    def set(self, which: int, limits: tuple[int, int]) -> None:
        assert which == resource.RLIMIT_NOFILE
        if limits[0] == resource.RLIM_INFINITY or limits[0] > self.most:
            raise ValueError("current limit exceeds maximum limit")
        self.limits = limits


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    system = System(1_024, 50_000)
    assert raise_limit(system.get, system.set) == 50_000
    assert system.limits == (50_000, 50_000)


def test_a_system_that_refuses_leaves_the_soft_limit() -> None:
    system = System(1_024, resource.RLIM_INFINITY, most=0)
    assert raise_limit(system.get, system.set) == 1_024


def test_one_that_says_it_has_no_limit_and_has_one_gives_almost_that() -> None:
    system = System(256, resource.RLIM_INFINITY, most=61_440)
    assert raise_limit(system.get, system.set) == 24_576
    assert system.limits == (24_576, resource.RLIM_INFINITY)


def test_a_limit_that_is_refused_in_full_is_raised_as_far_as_it_goes() -> None:
    system = System(256, 100_000, most=65_536)
    assert raise_limit(system.get, system.set) == 65_536


def test_no_limit_is_more_than_anybody_wants() -> None:
    system = System(resource.RLIM_INFINITY, resource.RLIM_INFINITY, most=0)
    assert raise_limit(system.get, system.set) > 1_000_000


@pytest.mark.parametrize(
    ("available", "possible", "warnings"),
    [(20_200, 20_000, 0), (1_024, 1_024 - RESERVED, 1), (64, FEWEST, 1)],
)
def test_what_is_too_few_is_said_once_and_bounds_the_connections(
    monkeypatch: pytest.MonkeyPatch, available: int, possible: int, warnings: int
) -> None:
    monkeypatch.setattr(descriptors, "raise_limit", lambda: available)
    assert connections_possible(20_000) == possible
    with capture_logs() as lines:
        warn_of_fewer(20_000, possible)
    assert [line["log_level"] for line in lines] == ["warning"] * warnings
    assert all(f"STOA_MAX_CONNECTIONS={possible}" in line["hint"] for line in lines)
