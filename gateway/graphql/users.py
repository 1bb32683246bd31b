"""The users domain in the schema: accounts and sessions.

The refresh token travels in an HttpOnly, SameSite=Strict cookie. A native client, which has no
cookie jar that a browser protects, sends the header `X-Stoa-Refresh: body`: then the token is in
the payload instead, and is given back as the argument `token` or the header `X-Refresh-Token`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql import account_commands as commands
from gateway.graphql.commands import done
from gateway.graphql.domain import (
    Acting,
    Composed,
    Domain,
    Given,
    Mutation,
    Outcome,
    ReadBack,
    reads_back,
)
from gateway.graphql.scalars import iso
from protocol.envelope import Address, Message
from protocol.errors import AuthenticationError
from protocol.users import Login, Logout, Refresh, Register, Role, SignedIn

HANDLER = Address("users", "")

SDL = '''
type User {
  id: ID!
  """Only the user and admins see it."""
  email: String
  role: Role!
  profile: UserProfile!
  createdAt: DateTime!
  """Whether the address has been confirmed. Only the user and admins see it, and what follows."""
  emailVerified: Boolean
  """The address that waits to be confirmed."""
  pendingEmail: String
  lastLogin: DateTime
  """When the account was switched off."""
  disabledAt: DateTime
}

type UsersConnection {
  edges: [UserEdge!]!
  nodes: [User!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type UserEdge { node: User! cursor: String! }

input UserFilter {
  role: Role
  disabled: Boolean
  """Part of the name or the address, in whatever case."""
  text: String
}

type UserProfile {
  fullName: String!
  """As the audience allows."""
  bio: String
  """As the audience allows."""
  avatarUrl: String
  timezone: String!
  language: String!
  """Who may see more than the name. Only the user sees it, and what follows."""
  audience: Audience
  """What letters are not wanted about. Those about the account come all the same."""
  mutedLetters: [LetterTopic!]
}

enum Audience { EVERYBODY NOBODY }

enum LetterTopic { ANNOUNCEMENTS CERTIFICATES DISCUSSIONS GRADES MESSAGES REMINDERS }

input UpdateProfileInput {
  fullName: String
  """Null takes it away."""
  bio: String
  """Of the IANA database, such as `Europe/Berlin`."""
  timezone: String
  """A language tag, such as `en` or `pt-BR`."""
  language: String
  audience: Audience
  mutedLetters: [LetterTopic!]
}

"""A device that is signed in."""
type Session {
  id: ID!
  """What it called itself."""
  device: String!
  beganAt: DateTime!
  expiresAt: DateTime!
}

"""Who did what to an account, and to what else has to be accounted for. For admins."""
type AuditRecord {
  id: ID!
  at: DateTime!
  byId: ID!
  action: String!
  resourceType: String!
  resourceId: String!
  details: JSON!
}

type AuditRecordsConnection {
  edges: [AuditRecordEdge!]!
  nodes: [AuditRecord!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type AuditRecordEdge { node: AuditRecord! cursor: String! }

input AuditFilter {
  resourceType: String
  resourceId: ID
  byId: ID
}

enum Role { STUDENT EDUCATOR ADMIN }

input RegisterInput {
  email: String!
  password: String!
  fullName: String!
  role: Role = STUDENT
}

type AuthPayload {
  accessToken: String!
  accessTokenExpiresAt: DateTime!
  """Only for clients that ask for it with the header `X-Stoa-Refresh: body`."""
  refreshToken: String
  user: User!
}

extend type Query {
  me: User!
  user(id: ID!): User
  """One's own devices, the newest first."""
  mySessions: [Session!]! @listSize(assumedSize: 20)
  """All accounts but deleted ones, the newest first. For admins; others see nobody."""
  users(filter: UserFilter, pagination: PaginationInput): UsersConnection!
  """The newest first. For admins; others see nothing."""
  auditTrail(filter: AuditFilter, pagination: PaginationInput): AuditRecordsConnection!
}

extend type Mutation {
  register(input: RegisterInput!): AuthPayload!
  login(email: String!, password: String!): AuthPayload!
  """Exchanges the refresh token (cookie, header or argument) for new tokens, once."""
  refreshToken(token: String): AuthPayload!
  logout(token: String): Boolean!
  """Signs every device out."""
  logoutEverywhere: Boolean!
  """Signs one device out."""
  endSession(id: ID!): Boolean!
  verifyEmail(token: String!): Boolean!
  resendVerification: Boolean!
  """Says true whether or not there is such an account."""
  requestPasswordReset(email: String!): Boolean!
  """Signs every device out."""
  resetPassword(token: String!, newPassword: String!): Boolean!
  """Signs every other device out."""
  changePassword(currentPassword: String!, newPassword: String!): AuthPayload!
  """The address changes when the new one has been confirmed."""
  requestEmailChange(newEmail: String!, password: String!): Boolean!
  confirmEmailChange(token: String!): Boolean!
  updateProfile(input: UpdateProfileInput!): UserProfile!
  """A PNG, JPEG or WebP of at most 256 KiB, in base64 or as a `data:` URL."""
  setAvatar(image: String!): UserProfile!
  removeAvatar: UserProfile!
  """By an admin. Everything of that user ends."""
  disableUser(userId: ID!, reason: String!): Boolean!
  """By an admin; also for a deleted account."""
  enableUser(userId: ID!): User!
  """By an admin. Signs every device of that user out."""
  changeRole(userId: ID!, role: Role!): User!
  """One's own, with the password, or another's by an admin."""
  deleteAccount(userId: ID, password: String): Boolean!
  """Deletes, and keeps nothing that says who it was. For good."""
  erasePersonalData(userId: ID, password: String): Boolean!
  """Everything that is known of a user: by domain and table, the rows."""
  exportPersonalData(userId: ID): JSON!
}
'''


def register(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Make an account."""
    given = arguments["input"]
    return HANDLER, Register(
        email=given["email"],
        password=given["password"],
        full_name=given["fullName"],
        role=Role((given.get("role") or "STUDENT").lower()),
        device=acting.device,
        remote=acting.remote,
    )


def login(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Begin a session."""
    return HANDLER, Login(
        email=arguments["email"],
        password=arguments["password"],
        device=acting.device,
        remote=acting.remote,
    )


def refresh(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Renew a session."""
    return HANDLER, Refresh(refresh_token=refresh_token(arguments, acting))


def logout(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """End a session."""
    return HANDLER, Logout(refresh_token=refresh_token(arguments, acting))


def refresh_token(arguments: Mapping[str, Any], acting: Acting) -> str:
    """The argument goes before the header and the cookie."""
    token = arguments.get("token") or acting.refresh_token
    if not token:
        raise AuthenticationError("No refresh token was sent", reason="missing")
    return str(token)


def signed_in(reply: SignedIn) -> Outcome:
    """The payload of everything that begins or renews a session."""
    return Outcome(
        payload=Composed(
            "AuthPayload",
            {
                "accessToken": Given(reply.access_token),
                "accessTokenExpiresAt": Given(iso(reply.access_expires_at)),
                "refreshToken": Given(reply.refresh_token),
                "user": ReadBack("user", reply.user_id),
            },
        ),
        signed_in=reply,
    )


def signed_out(reply: Any) -> Outcome:
    """The session is over."""
    return Outcome(payload=Given(True), signed_out=True)


DOMAIN = Domain(
    sdl=SDL,
    mutations={
        "register": Mutation(register, signed_in, public=True),
        "login": Mutation(login, signed_in, public=True),
        "refreshToken": Mutation(refresh, signed_in, public=True),
        "logout": Mutation(logout, signed_out, public=True),
        "logoutEverywhere": Mutation(commands.logout_everywhere, signed_out),
        "endSession": Mutation(commands.end_session, done),
        "verifyEmail": Mutation(commands.verify_email, done, public=True),
        "resendVerification": Mutation(commands.resend_verification, done),
        "requestPasswordReset": Mutation(commands.request_reset, done, public=True),
        "resetPassword": Mutation(commands.reset_password, done, public=True),
        "changePassword": Mutation(commands.change_password, signed_in),
        "requestEmailChange": Mutation(commands.request_email_change, done),
        "confirmEmailChange": Mutation(commands.confirm_email_change, done, public=True),
        "updateProfile": Mutation(commands.update_profile, reads_back("profile", "user_id")),
        "setAvatar": Mutation(commands.set_avatar, reads_back("profile", "user_id")),
        "removeAvatar": Mutation(commands.remove_avatar, reads_back("profile", "user_id")),
        "disableUser": Mutation(commands.disable_user, done),
        "enableUser": Mutation(commands.enable_user, reads_back("user", "user_id")),
        "changeRole": Mutation(commands.change_role, reads_back("user", "user_id")),
        "deleteAccount": Mutation(commands.delete_account, done),
        "erasePersonalData": Mutation(commands.erase_personal_data, done),
        "exportPersonalData": Mutation(commands.export_personal_data, commands.personal_data),
    },
    questions={"mySessions": Mutation(commands.list_sessions, commands.sessions)},
    signed_in=frozenset({"me", "user", "mySessions", "users", "auditTrail"}),
)
