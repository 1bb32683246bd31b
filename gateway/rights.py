"""Holders of users' rights, which end when the rights are lost.

A socket, a stream or a subscription holds a right for as long as it lives. A lost right is reported
here, and every holder concerned checks again, or closes.
"""

from __future__ import annotations

from typing import Protocol

import structlog

from protocol.access import Identity

log = structlog.get_logger(__name__)


class Holder(Protocol):
    """Something that depends on a right. Its methods never wait; exceptions are logged."""

    def recheck(self, role: str | None = None) -> None:
        """The user has lost some right: check again what this depends on, and end what is refused.

        `role` is the user's new role, if it has changed.
        """

    def close(self, reason: str) -> None:
        """Close: the user must not be served any more."""


class Holders:
    """Holders by what they rest on: the id of a user, of a session, or of a course."""

    def __init__(self) -> None:
        self._by_key: dict[str, dict[Holder, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    def add(self, key: str, holder: Holder) -> None:
        """Add a holder of `key`, until it is removed. Adding twice is the same as once."""
        self._by_key.setdefault(key, {})[holder] = None

    def remove(self, key: str, holder: Holder) -> None:
        """Remove a holder. It is no error if it was not added."""
        found = self._by_key.get(key)
        if found is not None:
            found.pop(holder, None)
            if not found:
                del self._by_key[key]

    def of(self, key: str) -> tuple[Holder, ...]:
        """The present holders of `key`."""
        return tuple(self._by_key.get(key, ()))


class Rights:
    """All holders of this node. It must be told of every loss, in the Trio thread."""

    def __init__(self) -> None:
        self.users = Holders()
        self.sessions = Holders()
        self.courses = Holders()
        self.rechecked = 0
        self.closed = 0

    def hold(self, user: Identity, holder: Holder) -> None:
        """`holder` lives on this user's rights, and on the session of the token."""
        self.users.add(user.user_id, holder)
        self.sessions.add(user.session_id, holder)

    def let_go(self, user: Identity, holder: Holder) -> None:
        """`holder` is no more."""
        self.users.remove(user.user_id, holder)
        self.sessions.remove(user.session_id, holder)

    def renewed(self, former: Identity, user: Identity, holder: Holder) -> None:
        """`holder` goes on under another token of the user, perhaps of another session."""
        self.sessions.remove(former.session_id, holder)
        self.sessions.add(user.session_id, holder)

    def user_lost(self, user_id: str) -> None:
        """The user has lost some right: unenrolled, or removed from the teachers of a course."""
        for holder in self.users.of(user_id):
            self._recheck(holder)

    def role_changed(self, user_id: str, role: str) -> None:
        """The user has another role, whatever older tokens say."""
        for holder in self.users.of(user_id):
            self._recheck(holder, role)

    def course_lost(self, course_id: str) -> None:
        """The course is gone, and with it all rights in it."""
        for holder in self.courses.of(course_id):
            self._recheck(holder)

    def user_closed(self, user_id: str, reason: str) -> None:
        """The account is switched off or deleted, or every session of the user has ended."""
        self._close(self.users.of(user_id), reason)

    def session_closed(self, session_id: str, reason: str) -> None:
        """One device was signed out."""
        self._close(self.sessions.of(session_id), reason)

    def _close(self, holders: tuple[Holder, ...], reason: str) -> None:
        for holder in holders:
            self.closed += 1
            try:
                holder.close(reason)
            except Exception:
                log.exception("rights_holder.failed", during="close")

    def _recheck(self, holder: Holder, role: str | None = None) -> None:
        self.rechecked += 1
        try:
            holder.recheck(role)
        except Exception:
            log.exception("rights_holder.failed", during="recheck")

    def statistics(self) -> dict[str, int]:
        """What there is now, and totals since the start."""
        return {
            "users": len(self.users),
            "sessions": len(self.sessions),
            "courses": len(self.courses),
            "rechecked": self.rechecked,
            "closed": self.closed,
        }
