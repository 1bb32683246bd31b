"""Who may follow notifications."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import OWNERS, Permission, Visibility

PERMISSIONS: Mapping[str, Permission] = {}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "notificationReceived": Permission("account", OWNERS),
}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {}
