"""Changes to what the user has seen: they are refused where somebody else has changed it since."""

from __future__ import annotations

from protocol.errors import RefusedError
from protocol.records.common import RevisionFacts, RevisionRule


def since(expected: int | None, code: str, resource: str) -> RevisionRule:
    """The rule for a change to a `resource` at the revision `expected`, if the client told one.

    Raises `RefusedError` with `code`. What is so already is no change.
    """

    def rule(facts: RevisionFacts) -> None:
        if not facts.unchanged and expected not in (None, facts.revision):
            said = f"Somebody has changed this {resource} meanwhile"
            raise RefusedError(code, said, revision=facts.revision)

    return rule
