"""Pictures in arguments: base64, or a `data:` URL."""

from __future__ import annotations

import base64
import re

from protocol.errors import ValidationError
from protocol.validation import Rule

DATA_URL = re.compile(r"^data:image/[a-z]+;base64,")


def read_picture(given: str) -> bytes:
    """Raises `ValidationError` for an image that is not base64."""
    try:
        return base64.b64decode(DATA_URL.sub("", given, count=1), validate=True)
    except ValueError:
        raise ValidationError.of("image", Rule.INVALID_FORMAT, "is not base64") from None
