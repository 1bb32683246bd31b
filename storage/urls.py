"""URLs of engines as operators may see them: without a password, however it was written."""

from __future__ import annotations

import re

HIDDEN = "***"
_IN_QUERY = re.compile(r"(?<=[?&])((?:ssl)?password|passwd)=[^&]*", re.I)


def shown(url: str) -> str:
    """The URL with user and host, without what may belong to a password.

    A password in which `@`, `/` or `?` was not escaped reaches to the last `@`.
    """
    scheme, separator, rest = url.partition("://")
    userinfo, at, place = rest.rpartition("@")
    user, colon, _ = userinfo.partition(":")
    if "/" in user or "?" in user:  # the @ belongs to a path or a query
        userinfo, at, place, user, colon = "", "", rest, "", ""
    secret = f":{HIDDEN}" if colon else ""
    place = _IN_QUERY.sub(rf"\1={HIDDEN}", place)
    return f"{scheme}{separator}{user}{secret}{at}{place}"
