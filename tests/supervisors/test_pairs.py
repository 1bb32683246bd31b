"""Every two commands at once end as if one had come after the other, or say what hindered them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.supervisors.pairs import NAMES, Pair, School
from tests.support.profiles import at_night, share

PROPERTY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=share(1)
)


@pytest.fixture
def school(database_url: str, valkey_url: str) -> School:
    return School(database_url, valkey_url)


@pytest.mark.slow
@PROPERTY
@example(pair=Pair("deleteLesson", "updateLesson"), place=0)
@example(pair=Pair("createCourse", "deleteAccount"), place=0)
@example(pair=Pair("addCoTeacher", "erasePersonalData"), place=2)
@example(pair=Pair("erasePersonalData", "updateProfile"), place=9)
@example(pair=Pair("issued certificate", "erasePersonalData"), place=1)
@example(pair=Pair("changePassword", "changePassword"), place=1)
@example(pair=Pair("issued certificate", "deleteCourse"), place=1)
@example(pair=Pair("deleteCourse", "reissueCertificate"), place=2)
@example(pair=Pair("erasePersonalData", "reissueCertificate"), place=3)
@example(pair=Pair("enrollByLink", "deleteCourse"), place=0)
@given(
    pair=st.builds(Pair, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    place=st.integers(0, 59),
)
async def test_two_commands_at_once_end_as_one_after_the_other(
    school: School, pair: Pair, place: int
) -> None:
    async with school.opened() as pairs:
        serial = await pairs.serial(pair)
        stop = 1 + place % max(1, serial.statements)
        assert not await pairs.faults(pair, serial, stop)


@pytest.mark.slow
@pytest.mark.parametrize("first", NAMES if at_night() else ())
async def test_every_command_stopped_anywhere_beside_every_other(
    school: School, first: str
) -> None:
    """About 20,000 interleavings, which take most of an hour: only in `make nightly`."""
    found = []
    async with school.opened() as pairs:
        for second in NAMES:
            pair = Pair(first, second)
            serial = await pairs.serial(pair)
            for stop in range(1, serial.statements + 1):
                faults = await pairs.faults(pair, serial, stop)
                if faults:
                    found.append((second, stop, faults))
    assert not found
