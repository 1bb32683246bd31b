"""The users domain in the schema: accounts and sessions.

The refresh token travels in an HttpOnly, SameSite=Strict cookie. A native client, which has no
cookie jar that a browser protects, sends the header `X-Stoa-Refresh: body`: then the token is in
the payload instead, and is given back as the argument `token` or the header `X-Refresh-Token`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.domain import Acting, Composed, Domain, Given, Mutation, Outcome, ReadBack
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
}

type UserProfile {
  fullName: String!
  bio: String
  avatarUrl: String
  timezone: String!
  language: String!
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
}

extend type Mutation {
  register(input: RegisterInput!): AuthPayload!
  login(email: String!, password: String!): AuthPayload!
  """Exchanges the refresh token (cookie, header or argument) for new tokens, once."""
  refreshToken(token: String): AuthPayload!
  logout(token: String): Boolean!
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
    },
    signed_in=frozenset({"me", "user"}),
)
