"""Who may do and see what with accounts, profiles and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import ADMINS, ANYBODY, OWNERS, Permission, Visibility

SHOWN = "the audience is everybody, and the account open"

PERMISSIONS: Mapping[str, Permission] = {
    "register": Permission("account", ANYBODY),
    "confirmRegistration": Permission("account", ANYBODY),
    "login": Permission("account", ANYBODY),
    "refreshToken": Permission("session", ANYBODY),
    "logout": Permission("session", ANYBODY),
    "logoutEverywhere": Permission("session", OWNERS),
    "endSession": Permission("session", OWNERS),
    "verifyEmail": Permission("account", ANYBODY),
    "resendVerification": Permission("account", OWNERS),
    "requestPasswordReset": Permission("account", ANYBODY),
    "resetPassword": Permission("account", ANYBODY),
    "changePassword": Permission("account", OWNERS),
    "requestEmailChange": Permission("account", OWNERS),
    "confirmEmailChange": Permission("account", ANYBODY),
    "updateProfile": Permission("account", OWNERS),
    "setAvatar": Permission("account", OWNERS),
    "removeAvatar": Permission("account", OWNERS),
    "disableUser": Permission("account", ADMINS),
    "enableUser": Permission("account", ADMINS),
    "changeRole": Permission("account", ADMINS),
    "inviteEducator": Permission("account", ADMINS),
    "deleteAccount": Permission("account", OWNERS | ADMINS),
    "erasePersonalData": Permission("account", OWNERS | ADMINS),
    "exportPersonalData": Permission("account", OWNERS | ADMINS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {}

REALTIME: Mapping[str, Permission] = {
    "exportAuditTrail": Permission("audit trail", ADMINS, note="over HTTP"),
}

VISIBLE: Mapping[str, Visibility] = {
    "User.email": Visibility(OWNERS | ADMINS),
    "User.emailVerified": Visibility(OWNERS | ADMINS),
    "User.pendingEmail": Visibility(OWNERS | ADMINS),
    "User.lastLogin": Visibility(OWNERS | ADMINS),
    "User.disabledAt": Visibility(OWNERS | ADMINS),
    "User.deletedAt": Visibility(OWNERS | ADMINS),
    "UserProfile.bio": Visibility(OWNERS | ADMINS, everybody=SHOWN),
    "UserProfile.avatarUrl": Visibility(OWNERS | ADMINS, everybody=SHOWN),
    "UserProfile.audience": Visibility(OWNERS),
    "UserProfile.mutedEmails": Visibility(OWNERS),
    "UserProfile.mutedLetters": Visibility(OWNERS),
    "Query.users": Visibility(ADMINS),
    "Query.deletedUsers": Visibility(ADMINS),
    "AuditRecord": Visibility(ADMINS),
}
