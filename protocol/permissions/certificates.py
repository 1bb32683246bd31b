"""Who may revoke, reinstate, reissue and see certificates."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import (
    ADMINS,
    INSTRUCTORS,
    OWNERS,
    STAFF,
    Permission,
    Visibility,
)

PERMISSIONS: Mapping[str, Permission] = {
    "revokeCertificate": Permission("certificate", INSTRUCTORS),
    "reinstateCertificate": Permission("certificate", INSTRUCTORS),
    "reissueCertificate": Permission("certificate", INSTRUCTORS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "Certificate": Visibility(STAFF | OWNERS, everybody="its number is known"),
    "Certificate.student": Visibility(STAFF | OWNERS),
    "Query.certificates": Visibility(ADMINS),
}
