"""The rules of items that are put in order."""

from __future__ import annotations

from actors.assessments.keys.texts import different_texts
from actors.fields import Fields
from protocol.assessments.quizzes import OrderingKey
from protocol.validation import Rule


def ordering_key(fields: Fields, at: str, key: OrderingKey) -> OrderingKey:
    """The key, cleaned; problems are recorded in `fields`."""
    if len(key.items) < 2:
        fields.wrong(f"{at}.items", Rule.TOO_FEW, "must be 2 or more", min=2)
    return OrderingKey(items=different_texts(fields, f"{at}.items", key.items))
