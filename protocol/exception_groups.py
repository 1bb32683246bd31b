"""What is inside exception groups: nurseries wrap whatever their tasks raise."""

from __future__ import annotations


def sole_exception(error: Exception) -> Exception:
    """Of a group of one, however deep, the one; anything else as it is."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def leaves(error: BaseException | None) -> list[BaseException]:
    """All exceptions in a group of groups, in order; none for None."""
    if error is None:
        return []
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in leaves(inner)]
