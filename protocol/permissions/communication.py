"""Who may follow what is said, to a user and in the rooms of a course."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import MEMBERS, OWNERS, Permission, Visibility

PERMISSIONS: Mapping[str, Permission] = {}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "messageReceived": Permission("account", OWNERS),
    "userPresence": Permission("course", MEMBERS, note="also the course's room of Socket.IO"),
    "announcementPublished": Permission("course", MEMBERS),
    "newDiscussionPost": Permission("course", MEMBERS),
}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "DiscussionThread": Visibility(MEMBERS),
    "DiscussionPost": Visibility(MEMBERS),
}
