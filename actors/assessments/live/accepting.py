"""What the host of a running game may count as right too: what was typed, once it is revealed."""

from __future__ import annotations

from actors.assessments.answers.keys import folded, is_typed, texts_of
from actors.assessments.live.state import LiveState
from actors.assessments.questions import MAX_ACCEPTED
from actors.fields import Fields
from protocol.assessments.live.commands import AcceptTyped
from protocol.assessments.live.events import TypedAccepted
from protocol.assessments.results import MAX_ACCEPTED_ANSWER
from protocol.envelope import Message
from protocol.errors import ValidationError
from protocol.validation import Rule


def accepted(state: LiveState, command: AcceptTyped, now: int) -> tuple[Message, ...]:
    """The event; none where the key accepts it already. Raises `ValidationError`."""
    fields = Fields()
    answer = fields.text("answer", command.answer, most=MAX_ACCEPTED_ANSWER)
    fields.check()
    question = state.question
    if not is_typed(question, command.blank):
        field = "blank" if is_typed(question, 0) else "command"
        raise ValidationError.of(field, Rule.NOT_APPLICABLE, "nothing is typed there")
    if state.skipped:
        said = "this question was skipped: nobody gets points for it"
        raise ValidationError.of("command", Rule.NOT_APPLICABLE, said)
    plain = folded(question, answer)
    if not plain:
        raise ValidationError.of("answer", Rule.NOTHING_VISIBLE, "has nothing to compare")
    known = texts_of(question, command.blank)
    if plain in {folded(question, text) for text in known}:
        return ()
    if len(known) >= MAX_ACCEPTED:
        said = f"must be at most {MAX_ACCEPTED} accepted answers"
        raise ValidationError.of("answer", Rule.TOO_MANY, said, max=MAX_ACCEPTED)
    event = TypedAccepted(
        question_index=state.index,
        answer=answer,
        blank=command.blank,
        at=now,
        command_id=command.command_id,
    )
    return (event,)
