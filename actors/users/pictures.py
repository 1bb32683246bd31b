"""Profiles, and the pictures of users."""

from __future__ import annotations

from collections.abc import Mapping

from actors import revisions
from actors.dispatch import Step
from actors.users import administration
from actors.users.profiles import avatar_key, picture, profile_change
from protocol.envelope import Message
from protocol.errors import ClientError
from protocol.lifecycle import Done
from protocol.objects import Objects
from protocol.pictures import PictureCleaner
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.users import ProfileRecords
from protocol.users.commands import MoveAvatar, RemoveErasedAvatar, SetAvatar, UpdateProfile
from protocol.users.events import ProfileUpdated
from protocol.users.values import Audience

AVATAR_BYTES = 16
AVATAR_SIDE = 512
"""Pixels."""


class Profiles:
    """Changes what a user shows of themselves."""

    def __init__(
        self,
        *,
        records: ProfileRecords,
        objects: Objects,
        cleaner: PictureCleaner,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._profiles = records
        self._objects = objects
        self._cleaner = cleaner
        self._clock = clock
        self._random = random
        self.steps: Mapping[type[Message], Step] = {
            UpdateProfile: self.update_profile,
            SetAvatar: self.set_avatar,
            MoveAvatar: self.move_avatar,
            RemoveErasedAvatar: self.remove_erased_avatar,
        }

    async def update_profile(self, command: UpdateProfile) -> ProfileUpdated:
        """Change the user's own profile."""
        administration.allowed("updateProfile", command, command.by)
        change = profile_change(command)
        seen = revisions.since(command.expected_revision, "PROFILE_CHANGED", "profile")
        await self._profiles.update_profile(command.by, change, self._clock.now(), seen)
        if change.audience == Audience.NOBODY:
            # Whoever has seen the picture knows its address.
            await self._move_picture(command.by)
        return ProfileUpdated(user_id=command.by)

    async def set_avatar(self, command: SetAvatar) -> ProfileUpdated:
        """Set or remove the picture.

        A new one is stored first: a stray file is better than a broken link.
        """
        operation = "removeAvatar" if command.image is None else "setAvatar"
        administration.allowed(operation, command, command.by)
        url = None
        if command.image is not None:
            name = self._random(AVATAR_BYTES).hex()
            key, content_type = picture(command.image, command.by, name)
            clean = await self._cleaner.clean(command.image, side=AVATAR_SIDE)
            await self._objects.put(key, clean, content_type)
            url = f"/{key}"
        try:
            former = await self._profiles.replace_avatar(command.by, url, self._clock.now())
        except ClientError:
            await self._forget_picture(url)
            raise
        await self._forget_picture(former)
        return ProfileUpdated(user_id=command.by)

    async def _forget_picture(self, url: str | None) -> None:
        key = avatar_key(url)
        if key is not None:
            await self._objects.delete(key)

    async def _move_picture(self, user_id: str) -> None:
        """Give the picture an address that nobody knows.

        The former one goes before the new one is announced: if that fails, the picture is lost, and
        repeating the command forgets it. It is better lost than public.
        """
        former = await self._profiles.avatar(user_id)
        key = avatar_key(former)
        if former is None or key is None:
            return
        url, found = None, await self._objects.get(key)
        if found is not None:
            moved, content_type = picture(found.data, user_id, self._random(AVATAR_BYTES).hex())
            await self._objects.put(moved, found.data, content_type)
            url = f"/{moved}"
        await self._objects.delete(key)
        if not await self._profiles.move_avatar(user_id, former, url, self._clock.now()):
            await self._forget_picture(url)

    async def remove_erased_avatar(self, command: RemoveErasedAvatar) -> Done:
        """Remove an erased user's picture; it runs later, when nobody waits for the answer."""
        await self._forget_picture(command.avatar_url)
        return Done()

    async def move_avatar(self, command: MoveAvatar) -> Done:
        """Give a closed account's picture another address; nobody waits for the answer."""
        await self._move_picture(command.user_id)
        return Done()
