"""Profiles change in what is given."""

from __future__ import annotations

import pytest

from protocol.errors import (
    RefusedError,
    ValidationError,
)
from protocol.users.commands import (
    UpdateProfile,
)
from protocol.users.values import Audience, EmailTopic
from tests.actors.users.desk import NOBODY, Desk, by


async def test_a_profile_changes_in_what_is_given(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(
        UpdateProfile(
            **by(vera),
            full_name="  Vera\u0301  Ö ",
            bio="Likes stars",
            timezone="Europe/Berlin",
            language="pt-BR",
            audience=Audience.NOBODY,
            muted_emails=(EmailTopic.GRADES, EmailTopic.GRADES, EmailTopic.ANNOUNCEMENTS),
        )
    )
    await desk.do(UpdateProfile(**by(vera), bio=None))
    (row,) = await desk.school.rows("select * from user_profiles")
    assert row["full_name"] == "Verá  Ö"
    assert (row["bio"], row["timezone"], row["language"]) == (None, "Europe/Berlin", "pt-BR")
    assert row["privacy_settings"] == '{"audience": "nobody"}'
    assert row["notification_preferences"] == '{"muted_emails": ["announcements", "grades"]}'


async def test_every_wrong_field_of_a_profile_is_named_and_nothing_is_changed(desk: Desk) -> None:
    vera = await desk.member()
    wrong = UpdateProfile(
        **by(vera), full_name="", bio="x" * 2001, timezone="Mars/Base", language="english!"
    )
    with pytest.raises(ValidationError) as refusal:
        await desk.do(wrong)
    named = [each["field"] for each in refusal.value.details["fields"]]
    assert named == ["fullName", "bio", "timezone", "language"]
    with pytest.raises(ValidationError):
        await desk.do(UpdateProfile(**by(vera)))
    assert await desk.code(UpdateProfile(by=NOBODY, by_role="student", bio="x")) == "NOT_FOUND"


async def test_a_profile_that_was_changed_elsewhere_is_not_overwritten_unseen(desk: Desk) -> None:
    vera = await desk.member()
    for _ in range(2):  # its answer was lost
        await desk.do(UpdateProfile(**by(vera), bio="At the desk", expected_revision=1))
    other = UpdateProfile(**by(vera), bio="On the phone", expected_revision=1)
    with pytest.raises(RefusedError) as refusal:
        await desk.do(other)
    assert (refusal.value.code, refusal.value.details["revision"]) == ("PROFILE_CHANGED", 2)
    muted = UpdateProfile(
        **by(vera), muted_emails=(EmailTopic.GRADES,), audience=Audience.EVERYBODY
    )
    for _ in range(2):
        await desk.do(muted)
    (row,) = await desk.school.rows("select bio, revision from user_profiles")
    assert tuple(row) == ("At the desk", 3)
