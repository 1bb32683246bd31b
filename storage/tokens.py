"""Access and refresh tokens: JWTs (RFC 7519) signed with HS256, refresh families kept in Redis.

A session is a family of refresh tokens, of which only the newest is valid. All sessions of a user
are one hash, `stoa:sessions:<user id>`: session id to `jti:expires:began:device`. Every change is
one Lua script, so of two concurrent exchanges exactly one rotates. When the same client sends the
same token again within `GRACE_MS` (two restored tabs, a retry after a lost reply), it gets the pair
that is current. Any other token that was exchanged before has been copied, and its family ends at
once (RFC 9700 section 4.14.2). `stoa:rotated:<jti>` remembers for that long who exchanged a token.

Losing Redis ends every session, at the latest when its access token does. It brings none back:
which sessions were ended is in PostgreSQL (`storage.revocations`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.access import Identity, IssuedTokens
from protocol.errors import AuthenticationError
from protocol.ports import Clock
from protocol.users.replies import SessionFacts
from storage.revocations import ACCESS_MS, REFRESH_MS, Ended, Revocations
from storage.signing import payload_of, sign
from storage.valkey import Valkey

REFUSED = "stoa:refused"
"""A hash of user or session id to `before:until`, in which version 0.2 kept what it refused."""
FAMILY_MS = 90 * 24 * 3600 * 1000
"""However often it is refreshed, a session ends then and the password is asked for again."""
GRACE_MS = 20 * 1000
"""In which the client that exchanged a refresh token may send it again; longer than a request may
take, shorter than a copied token takes to be carried away."""
MAX_SESSIONS = 20
"""Sessions of one user; a further one ends the oldest."""
MAX_CACHED = 20_000
MAX_DEVICE = 200

# KEYS[1] the user's sessions; ARGV now, session id, jti, expires, device, most sessions.
# Returns the ids of the sessions that had to give way.
ISSUE = """
local now, all, kept = tonumber(ARGV[1]), redis.call('HGETALL', KEYS[1]), {}
local ended = {}
for i = 1, #all, 2 do
  local expires, began = string.match(all[i + 1], '^[^:]*:(%d+):(%d+):')
  if tonumber(expires) <= now then redis.call('HDEL', KEYS[1], all[i])
  else kept[#kept + 1] = {all[i], tonumber(began)} end
end
table.sort(kept, function(a, b) return a[2] < b[2] end)
for i = 1, #kept - tonumber(ARGV[6]) + 1 do
  redis.call('HDEL', KEYS[1], kept[i][1])
  ended[#ended + 1] = kept[i][1]
end
redis.call('HSET', KEYS[1], ARGV[2], table.concat({ARGV[3], ARGV[4], ARGV[1], ARGV[5]}, ':'))
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ARGV[4] - now))
return ended
"""
# KEYS[1] the user's sessions, [2] who exchanged the presented token; ARGV now, session id,
# presented jti, next jti, expires, client, grace. Returns the outcome and the jti that is current.
ROTATE = """
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if not stored then return {'unknown', ''} end
local jti, began, device = string.match(stored, '^([^:]*):%d+:(%d+):(.*)$')
if jti ~= ARGV[3] then
  local at, client = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+):(.+)$')
  if at and client == ARGV[6] and tonumber(ARGV[1]) < tonumber(at) + tonumber(ARGV[7]) then
    return {'repeated', jti}
  end
  redis.call('HDEL', KEYS[1], ARGV[2])
  return {'reused', ''}
end
if ARGV[6] ~= '' then
  redis.call('SET', KEYS[2], ARGV[1] .. ':' .. ARGV[6], 'PX', ARGV[7])
end
redis.call('HSET', KEYS[1], ARGV[2], table.concat({ARGV[4], ARGV[5], began, device}, ':'))
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ARGV[5] - ARGV[1]))
return {'rotated', ARGV[4]}
"""


class TokenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` has 32 bytes or more; `issuer` is the installation's public address.

    Tokens that were made with former ones are accepted until they end, and renewed with the present
    ones.
    """

    secret: bytes
    issuer: str
    former_secrets: tuple[bytes, ...] = ()
    former_issuers: tuple[str, ...] = ()


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of both kinds of token.

    `exp` and `iat` in seconds as the RFC says, the rest in ms.
    """

    iss: str
    aud: str
    sub: str
    email: str
    role: str
    name: str
    sid: str
    jti: str
    iat: int
    exp: int
    began: int


_CLAIMS = msgspec.json.Decoder(_Claims)


class JwtTokens:
    """Implements `protocol.access.Tokens`."""

    def __init__(
        self,
        settings: TokenSettings,
        valkey: Valkey,
        clock: Clock,
        *,
        max_sessions: int = MAX_SESSIONS,
        max_cached: int = MAX_CACHED,
        revocations: Revocations | None = None,
    ) -> None:
        """`revocations` is the memory that the process keeps fresh."""
        self._settings = settings
        self._secrets = (settings.secret, *settings.former_secrets)
        self._issuers = frozenset((settings.issuer, *settings.former_issuers))
        self._valkey = valkey
        self._clock = clock
        self._max_sessions = max_sessions
        self._max_cached = max_cached
        self._verified: dict[str, Identity] = {}
        self.revocations = revocations or Revocations(clock)

    async def issue(
        self, *, user_id: str, email: str, role: str, device: str, full_name: str = ""
    ) -> IssuedTokens:
        """Begin a session (a new refresh family)."""
        now = self._clock.now()
        sid, jti = secrets.token_urlsafe(12), _new_jti(now)
        who = Identity(user_id, email, role, sid, 0, full_name, now)
        issued = self._pair(who, jti, now=now)
        arguments = (now, sid, jti, issued.refresh_expires_at, device[:MAX_DEVICE])
        ended = await self._eval(ISSUE, [_key(user_id)], *arguments, self._max_sessions)
        return msgspec.structs.replace(issued, ended=tuple(each.decode() for each in ended))

    async def rotate(
        self,
        refresh_token: str,
        *,
        email: str = "",
        role: str = "",
        full_name: str = "",
        client: str = "",
    ) -> tuple[Identity, IssuedTokens]:
        """Exchange a refresh token once. Reuse revokes the family; `AuthenticationError`.

        `client` says who exchanges it, for a repetition; empty for one that may not repeat.
        """
        now = self._clock.now()
        claims = self._decode(refresh_token, "refresh")
        jti = _new_jti(now)
        who = Identity(
            claims.sub,
            email or claims.email,
            role or claims.role,
            claims.sid,
            0,
            full_name or claims.name,
            claims.began,
        )
        issued = self._pair(who, jti, now=now)
        keys = [_key(claims.sub), f"stoa:rotated:{claims.jti}"]
        arguments = (now, claims.sid, claims.jti, jti, issued.refresh_expires_at)
        outcome, current = await self._eval(ROTATE, keys, *arguments, _digest(client), GRACE_MS)
        if outcome == b"repeated":
            jti = current.decode()
            issued = self._pair(who, jti, now=_made_at(jti, now))
        elif outcome != b"rotated":
            reason = "reused" if outcome == b"reused" else "revoked"
            raise AuthenticationError("Sign in again", reason=reason)
        return msgspec.structs.replace(who, expires_at=issued.access_expires_at), issued

    async def revoke(self, refresh_token: str) -> None:
        """End the session this token belongs to; does nothing for an invalid token."""
        try:
            claims = self._decode(refresh_token, "refresh", allow_expired=True)
        except AuthenticationError:
            return
        await self._valkey.run(lambda redis: _await(redis.hdel(_key(claims.sub), claims.sid)))

    async def revoke_all(self, user_id: str) -> None:
        """End every session of a user."""
        await self._valkey.run(lambda redis: _await(redis.delete(_key(user_id))))

    async def revoke_session(self, user_id: str, session_id: str) -> bool:
        """End one session. False if there is none."""

        async def unit(redis: Any) -> int:
            ended: int = await redis.hdel(_key(user_id), session_id)
            return ended

        return await self._valkey.run(unit) == 1

    async def sessions(self, user_id: str) -> Sequence[SessionFacts]:
        """The sessions that have not ended, newest first."""

        async def unit(redis: Any) -> dict[bytes, bytes]:
            stored: dict[bytes, bytes] = await redis.hgetall(_key(user_id))
            return stored

        stored = await self._valkey.run(unit)
        found = [_facts(key.decode(), value.decode()) for key, value in stored.items()]
        now = self._clock.now()
        living = [each for each in found if each.expires_at > now]
        return sorted(living, key=lambda each: (each.began, each.id), reverse=True)

    async def recall(self) -> None:
        """Take over, at the first start of this version, what an older one has refused."""

        async def unit(redis: Any) -> dict[bytes, bytes]:
            stored: dict[bytes, bytes] = await redis.hgetall(REFUSED)
            return stored

        for key, value in (await self._valkey.run(unit)).items():
            before, until = map(int, value.split(b":"))
            self.revocations.take(Ended(key.decode(), "", before, until - ACCESS_MS))

    def verify_access(self, token: str) -> Identity:
        """Check signature and expiry; never waits. `AuthenticationError` with the reason."""
        identity = self._verified.get(token)
        if identity is None:
            identity = _identity(self._decode(token, "access"))
            if len(self._verified) >= self._max_cached:
                del self._verified[next(iter(self._verified))]
            self._verified[token] = identity
        elif identity.expires_at <= self._clock.now():
            del self._verified[token]
            raise AuthenticationError("The access token has expired", reason="expired")
        self._require_not_refused(identity)
        return identity

    def require_valid(self, identity: Identity) -> None:
        """Raise `AuthenticationError` if the token behind it is no good any more; never waits."""
        if identity.expires_at <= self._clock.now():
            raise AuthenticationError("The access token has expired", reason="expired")
        self._require_not_refused(identity)

    def _require_not_refused(self, identity: Identity) -> None:
        if self.revocations.is_refused(identity):
            raise AuthenticationError("Sign in again", reason="revoked")

    def verify_refresh(self, token: str, *, allow_expired: bool = False) -> Identity:
        """Check signature and expiry only, not whether it was used; never waits.

        `allow_expired`: the signature only.
        """
        return _identity(self._decode(token, "refresh", allow_expired=allow_expired))

    def _pair(self, who: Identity, jti: str, *, now: int) -> IssuedTokens:
        """The same pair for the same arguments, so that a repetition gets what it missed."""
        # Whole seconds, because that is what the tokens can say.
        access_exp = (now + ACCESS_MS) // 1000
        refresh_exp = min(now + REFRESH_MS, who.began + FAMILY_MS) // 1000
        common = _Claims(
            iss=self._settings.issuer,
            aud="access",
            sub=who.user_id,
            email=who.email,
            role=who.role,
            name=who.full_name,
            sid=who.session_id,
            jti=_digest(jti),
            iat=now // 1000,
            exp=access_exp,
            began=who.began,
        )
        refresh = msgspec.structs.replace(common, aud="refresh", jti=jti, exp=refresh_exp)
        return IssuedTokens(
            self._encode(common), self._encode(refresh), access_exp * 1000, refresh_exp * 1000
        )

    def _encode(self, claims: _Claims) -> str:
        return sign(msgspec.json.encode(claims), self._settings.secret)

    def _decode(self, token: str, use: str, *, allow_expired: bool = False) -> _Claims:
        if not token:
            raise AuthenticationError(reason="missing")
        claims = self._signed_here(token)
        if claims is None or claims.aud != use or claims.iss not in self._issuers:
            raise AuthenticationError("The token is not valid", reason="invalid")
        if claims.exp * 1000 <= self._clock.now() and not allow_expired:
            raise AuthenticationError("The token has expired", reason="expired")
        return claims

    def _signed_here(self, token: str) -> _Claims | None:
        payload = payload_of(token, *self._secrets)
        try:
            return None if payload is None else _CLAIMS.decode(payload)
        except msgspec.MsgspecError:
            return None

    async def _eval(
        self, script: str, keys: Sequence[str], *arguments: str | int
    ) -> Sequence[bytes]:
        async def unit(redis: Any) -> Sequence[bytes]:
            outcome: Sequence[bytes] = await redis.eval(script, len(keys), *keys, *arguments)
            return outcome

        return await self._valkey.run(unit)


def _key(user_id: str) -> str:
    return f"stoa:sessions:{user_id}"


def _new_jti(now: int) -> str:
    """Says when it was made, so that the token can be made again."""
    return f"{secrets.token_urlsafe(16)}.{now}"


def _made_at(jti: str, now: int) -> int:
    """`now` for one from before that was said."""
    made = jti.rpartition(".")[2]
    return int(made) if made.isdecimal() and "." in jti else now


def _digest(text: str) -> str:
    """Short, and empty for nothing."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32] if text else ""


def _identity(claims: _Claims) -> Identity:
    return Identity(
        claims.sub,
        claims.email,
        claims.role,
        claims.sid,
        claims.exp * 1000,
        claims.name,
        claims.began,
    )


def _facts(session_id: str, stored: str) -> SessionFacts:
    _, expires_at, began, device = stored.split(":", 3)
    return SessionFacts(id=session_id, device=device, began=int(began), expires_at=int(expires_at))


async def _await(awaitable: Any) -> None:
    await awaitable
