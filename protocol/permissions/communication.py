"""Who may follow messages to a user, and who may follow course rooms."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import MEMBERS, OWNERS, Permission, Visibility

PERMISSIONS: Mapping[str, Permission] = {}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "messageReceived": Permission("account", OWNERS),
    "notificationReceived": Permission("account", OWNERS),
    "userPresence": Permission("course", MEMBERS),
    "announcementPublished": Permission("course", MEMBERS),
    "newDiscussionPost": Permission("course", MEMBERS),
}

VISIBLE: Mapping[str, Visibility] = {
    "DiscussionThread": Visibility(MEMBERS),
    "DiscussionPost": Visibility(MEMBERS),
}
