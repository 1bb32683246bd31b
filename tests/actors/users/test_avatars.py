"""Pictures of people are kept, replaced and removed."""

from __future__ import annotations

import re

import pytest
import trio

from protocol.errors import (
    ValidationError,
)
from protocol.objects import Objects
from protocol.users.commands import (
    DeleteAccount,
    DisableUser,
    EnableUser,
    ErasePersonalData,
    MoveAvatar,
    SetAvatar,
    UpdateProfile,
)
from protocol.users.values import Audience, Role
from protocol.validation import Rule
from tests.actors.users.desk import NOBODY, PASSWORD, Desk, by

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50
WEBP = b"RIFF\x10\x00\x00\x00WEBP" + b"x" * 50


async def picture_of(desk: Desk) -> str | None:
    (row,) = await desk.school.rows("select avatar_url from user_profiles")
    url: str | None = row["avatar_url"]
    return url


async def test_a_picture_is_kept_replaced_and_taken_away(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    first = await picture_of(desk)
    assert first is not None
    assert re.fullmatch(rf"/avatars/{vera.user_id}/[0-9a-f]{{32}}\.png", first)
    [(key, kept)] = desk.shelf.kept.items()
    assert (f"/{key}", kept.content_type, kept.data) == (first, "image/png", PNG)
    await desk.do(SetAvatar(**by(vera), image=PNG))  # the same again has another address
    assert len(desk.shelf.kept) == 1
    assert await picture_of(desk) != first
    for image, extension in ((b"\xff\xd8\xff" + PNG, "jpg"), (WEBP, "webp")):
        await desk.do(SetAvatar(**by(vera), image=image))
        assert [each.rpartition(".")[2] for each in desk.shelf.kept] == [extension]
    await desk.do(SetAvatar(**by(vera), image=None))
    assert await picture_of(desk) is None
    assert desk.shelf.kept == {}


async def test_a_picture_is_cleaned_before_it_is_kept(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    assert desk.cleaner.seen == [(PNG, 512)]
    kept = await picture_of(desk)
    desk.cleaner.error = ValidationError.of("image", Rule.DAMAGED, "cannot be read")
    with pytest.raises(ValidationError):
        await desk.do(SetAvatar(**by(vera), image=PNG))
    assert await picture_of(desk) == kept
    assert [f"/{key}" for key in desk.shelf.kept] == [kept]


@pytest.mark.parametrize(
    "image", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"RIFFWEBP", PNG + bytes(256 * 1024)]
)
async def test_what_is_no_picture_or_too_large_is_refused(desk: Desk, image: bytes) -> None:
    vera = await desk.member()
    with pytest.raises(ValidationError) as refusal:
        await desk.do(SetAvatar(**by(vera), image=image))
    assert refusal.value.details["fields"][0]["field"] == "image"
    assert desk.shelf.kept == {}


async def test_the_picture_goes_with_the_person_and_not_before(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    own = {**by(vera), "user_id": vera.user_id, "password": PASSWORD}
    (admin,) = [await desk.member("admin", Role.ADMIN)]
    await desk.do(DeleteAccount(**own))
    assert len(desk.shelf.kept) == 1
    await desk.do(ErasePersonalData(**by(admin, Role.ADMIN), user_id=vera.user_id))
    await desk.follow_up()
    assert desk.shelf.kept == {}
    for gone in (NOBODY, vera.user_id):
        assert await desk.code(SetAvatar(by=gone, by_role="student", image=PNG)) == "NOT_FOUND"
    assert desk.shelf.kept == {}


async def test_pictures_put_at_once_leave_the_one_that_is_shown(desk: Desk) -> None:
    vera = await desk.member()
    async with trio.open_nursery() as nursery:
        for image in (PNG, WEBP, PNG, WEBP, PNG):
            nursery.start_soon(desk.do, SetAvatar(**by(vera), image=image))
    assert [f"/{key}" for key in desk.shelf.kept] == [await picture_of(desk)]


async def test_a_picture_for_nobody_leaves_the_address_that_others_know(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    known = await picture_of(desk)
    await desk.do(UpdateProfile(**by(vera), audience=Audience.EVERYBODY))
    assert await picture_of(desk) == known
    for _ in range(2):  # whoever repeats it after a lost answer is as safe
        await desk.do(UpdateProfile(**by(vera), audience=Audience.NOBODY))
        moved = await picture_of(desk)
        assert moved is not None
        assert moved != known
        assert re.fullmatch(rf"/avatars/{vera.user_id}/[0-9a-f]{{32}}\.png", moved)
        [(key, kept)] = desk.shelf.kept.items()
        assert (f"/{key}", kept.data, kept.content_type) == (moved, PNG, "image/png")
        known = moved
    await desk.do(SetAvatar(**by(vera), image=None))
    await desk.do(UpdateProfile(**by(vera), audience=Audience.NOBODY))
    assert (await picture_of(desk), desk.shelf.kept) == (None, {})


@pytest.mark.parametrize("deleted", [False, True])
async def test_the_picture_of_a_closed_account_leaves_its_address_and_stays_with_it(
    desk: Desk, deleted: bool
) -> None:
    vera, admin = await desk.member(), await desk.member("admin", Role.ADMIN)
    await desk.do(SetAvatar(**by(vera), image=PNG))
    [known] = desk.shelf.kept
    if deleted:
        await desk.do(DeleteAccount(**by(vera), user_id=vera.user_id, password=PASSWORD))
    else:
        off = DisableUser(**by(admin, Role.ADMIN), user_id=vera.user_id, reason="Spam")
        await desk.do(off)
    await desk.follow_up()
    [moved] = desk.shelf.kept
    assert moved != known
    await desk.do(EnableUser(**by(admin, Role.ADMIN), user_id=vera.user_id))
    rows = await desk.school.rows("select avatar_url from user_profiles where avatar_url <> ''")
    assert [row["avatar_url"] for row in rows] == [f"/{moved}"]


async def test_a_picture_that_changes_while_it_moves_is_the_one_that_is_shown(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    async with trio.open_nursery() as nursery:
        for image in (PNG, WEBP, PNG):
            nursery.start_soon(desk.do, SetAvatar(**by(vera), image=image))
            nursery.start_soon(desk.do, MoveAvatar(user_id=vera.user_id))
    assert [f"/{key}" for key in desk.shelf.kept] == [await picture_of(desk)]


async def test_a_move_that_failed_half_way_ends_without_a_public_picture(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    shelf: Objects = desk.shelf
    for key in tuple(desk.shelf.kept):
        await shelf.delete(key)  # the former was deleted, then the power failed
    await desk.do(UpdateProfile(**by(vera), audience=Audience.NOBODY))
    assert (await picture_of(desk), desk.shelf.kept) == (None, {})
