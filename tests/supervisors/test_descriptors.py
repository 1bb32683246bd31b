"""Connections are bounded by what the operating system allows."""

from __future__ import annotations

import resource

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
    """An operating system's limits; with `strict` it refuses to change them."""

    def __init__(self, soft: int, hard: int, *, strict: bool = False) -> None:
        self.limits = (soft, hard)
        self.strict = strict

    def get(self, which: int) -> tuple[int, int]:
        assert which == resource.RLIMIT_NOFILE
        return self.limits

    def set(self, which: int, limits: tuple[int, int]) -> None:
        assert which == resource.RLIMIT_NOFILE
        if self.strict:
            raise ValueError("current limit exceeds maximum limit")
        self.limits = limits


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    system = System(1_024, 50_000)
    assert raise_limit(system.get, system.set) == 50_000
    assert system.limits == (50_000, 50_000)


def test_a_system_that_refuses_leaves_the_soft_limit() -> None:
    system = System(1_024, resource.RLIM_INFINITY, strict=True)
    assert raise_limit(system.get, system.set) == 1_024


def test_no_limit_is_more_than_anybody_wants() -> None:
    system = System(resource.RLIM_INFINITY, resource.RLIM_INFINITY, strict=True)
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
