"""What an actor must not be given: messages that come too late, alarms that ring twice, poison."""

from __future__ import annotations

from actors.decision_batch import DecisionBatch
from actors.runtime import ActorRuntime
from protocol.envelope import Address, Envelope
from protocol.errors import DeadlineExceeded, PoisonMessage, StoaError
from protocol.lifecycle import Done, Reminded


class Refusals:
    """Refusals of one activation.

    `suspected`: the actor has crashed, so a message that it has crashed at may come again.
    """

    __slots__ = ("_address", "_fired", "_runtime", "suspected")

    def __init__(self, address: Address, runtime: ActorRuntime) -> None:
        self._address = address
        self._runtime = runtime
        self._fired: dict[str, int] | None = None
        self.suspected = runtime.has_suspects(address)

    @property
    def fired(self) -> dict[str, int] | None:
        """Alarms that were delivered, with when they were due."""
        return self._fired

    def refuses(self, batch: DecisionBatch, envelope: Envelope, is_late: bool) -> bool:
        """Whether a message must not be delivered; then it has been answered.

        Only asked where that may be: of late ones, of alarms, and after a crash.
        """
        message = envelope.message
        refusal: StoaError
        if is_late:
            refusal = DeadlineExceeded()
        elif type(message) is Reminded and self._is_stale(batch, message):
            if envelope.reply_to is not None:
                envelope.reply_to.answer(Done())
            return True
        elif self.suspected and self._runtime.is_poison(self._address, message):
            refusal = PoisonMessage()
        else:
            return False
        if envelope.reply_to is not None:
            envelope.reply_to.fail(refusal)
        return True

    def _is_stale(self, batch: DecisionBatch, reminded: Reminded) -> bool:
        """Whether this alarm was moved or has been delivered: memory and storage both ring."""
        name, due_at = reminded.name, reminded.due_at
        armed = self._runtime.armed(self._address, name)
        if armed is not None and armed != due_at:
            return True
        if self._fired is None:
            self._fired = batch.fired = {}
        if self._fired.get(name, -1) >= due_at:
            return True
        self._fired[name] = due_at
        if armed is not None:
            self._runtime.set_alarm(self._address, name, None)
        return False
