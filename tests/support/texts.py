"""Texts of every script for generated tests."""

from __future__ import annotations

from hypothesis import strategies as st

from actors.fields import TURNS, is_visible


def lines(most: int) -> st.SearchStrategy[str]:
    """What is taken as a title or a name, in up to so many characters."""
    alphabet = st.characters(
        exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=sorted(TURNS)
    )
    return st.text(alphabet, min_size=1, max_size=most).filter(
        lambda text: any(map(is_visible, text))
    )
