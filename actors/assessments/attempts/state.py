"""The state of one attempt, a function of its journal alone, and what can be derived from it."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from actors.assessments.answers.shuffles import permutation
from protocol.assessments.attempts.events import AttemptBegun
from protocol.assessments.attempts.values import (
    Ending,
    Saved,
    SealedAnswer,
    SealedStatus,
    Shape,
    Timing,
)
from protocol.assessments.attempts.views import TeachersMessage
from protocol.assessments.quizzes import Answer, QuestionType

MAX_COMMANDS = 100
"""Remembered ids of teachers' commands; a client repeats an id within seconds."""
MAX_CREDITS = 64
"""Outages remembered; one that begins before the oldest is known already."""
MAX_MESSAGES = 20
"""What teachers have said, the last of it; the rest is in the log."""
MAX_ABSENCES = 16
"""The last ones: an older one is not what the attempt ended in."""
OUTAGE_MS = 5_000
"""Who was away for less before the end, while a page was loaded or between two requests, has lost
nothing."""
MAX_SIGHTINGS = 16
"""More than there can be in a minute, which is as far back as they matter."""
MAX_DEVICES = 16
"""Past it the oldest is forgotten: a student has a few tabs open."""
SHUFFLED = frozenset({QuestionType.MATCHING, QuestionType.ORDERING})
MAX_VERSIONS = 1_000
"""Whose questions are kept once for all attempts at them."""


class Credit(msgspec.Struct, frozen=True, array_like=True):
    """What an outage gave back; `vetoed` by a teacher."""

    began: int
    outage_ms: int
    vetoed: bool = False


class Absence(msgspec.Struct, frozen=True, array_like=True):
    """No device gave a sign of life after `since` until `until`; None: none has come since."""

    since: int
    until: int | None = None


class Sighting(msgspec.Struct, frozen=True, array_like=True):
    """Requests without a device that came one soon after the other, from the first to the last."""

    first: int
    last: int


class SealState(msgspec.Struct, frozen=True, kw_only=True):
    """A chain of answers that were written without a connection; see `AttemptSealCommitted`.

    `ended_at` is the end that it was committed for, whatever came after. The student was seen again
    at `back_at`, None: not before that end. `received_at` is when its entries came. `before`: what
    its answers have replaced.
    """

    number: int
    revision: int
    head: str
    length: int
    away_since: int
    ended_at: int
    back_at: int | None
    offset_ms: int
    committed_at: int
    received_at: int | None = None
    answers: tuple[SealedAnswer, ...] = ()
    late: int = 0
    status: SealedStatus = SealedStatus.COMMITTED
    decided_at: int | None = None
    by: str | None = None
    reason: str | None = None
    before: tuple[Answer | None, ...] = ()


class End(msgspec.Struct, frozen=True, array_like=True):
    at: int
    ending: Ending


class AttemptState(msgspec.Struct):
    """`answers` by the index of the question in the quiz, options as the author ordered them.

    `drawn` are the indices of the questions that it asks, None: all. `revision` counts changes of
    answers. `extra_ms` is what teachers gave, `credits` are the last outages that were given back,
    `credited_before_ms` is what came before them. `reopened_until` is the deadline that replaces
    all others once an attempt was reopened; what was given or credited before is over then.
    `away_ms` is what does not count as time taken: outages of before, and the time between an end
    and the going on. `noted` counts what was kept of the page's reports.
    `commands` are those of teachers. `viewed` have come into view without an answer so far,
    `answered` counts those that have an answer, `messages` are what teachers have said last.
    `connected`: a device of the student is there, as far as the journal knows. `devices` are the
    connections that this activation knows of. `absences` are the last times without one, `saved_at`
    is when an answer was saved last, `sightings` are when requests came without a device, and
    `offer` is the outage that a device was back from with a chain before the end. Devices,
    sightings and the offer alone do not follow from the journal. `seals` are the chains of answers
    that came late.
    """

    submission_id: str
    student_id: str = ""
    quiz_id: str = ""
    course_id: str = ""
    version_id: str = ""
    number: int = 0
    questions: tuple[Shape, ...] = ()
    seed: int = 0
    timing: Timing = Timing()
    shuffle_questions: bool = False
    shuffle_options: bool = False
    drawn: tuple[int, ...] | None = None
    begun_at: int = 0
    answers: dict[int, Saved] = {}
    revision: int = 0
    extra_ms: int = 0
    credits: tuple[Credit, ...] = ()
    credited_before_ms: int = 0
    reopened_until: int | None = None
    away_ms: int = 0
    noted: int = 0
    end: End | None = None
    commands: tuple[str, ...] = ()
    viewed: set[int] = set()
    answered: int = 0
    messages: tuple[TeachersMessage, ...] = ()
    connected: bool = False
    absences: tuple[Absence, ...] = ()
    saved_at: int = 0
    sightings: tuple[Sighting, ...] = ()
    offer: Absence | None = None
    seals: tuple[SealState, ...] = ()
    devices: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether there is anything of it yet."""
        return bool(self.student_id)


class _Version(msgspec.Struct, frozen=True):
    shapes: tuple[Shape, ...]
    places: dict[str, int]


_versions: OrderedDict[str, _Version] = OrderedDict()
"""What all attempts at one version of a quiz share, so that a class keeps its questions once. It
holds nothing that the states do not have themselves."""


def _version(version_id: str, shapes: tuple[Shape, ...]) -> _Version:
    known = _versions.get(version_id)
    if known is not None and (known.shapes is shapes or known.shapes == shapes):
        _versions.move_to_end(version_id)
        return known
    made = _Version(shapes, {shape.question_id: n for n, shape in enumerate(shapes)})
    _versions[version_id] = made
    if len(_versions) > MAX_VERSIONS:
        _versions.popitem(last=False)
    return made


def shared(version_id: str, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The shapes of a version, the same object for all of its attempts."""
    return _version(version_id, shapes).shapes


def index_of(state: AttemptState, question_id: str) -> int | None:
    """The place in the quiz of a question that the attempt asks; None for all others."""
    index = _version(state.version_id, state.questions).places.get(question_id)
    return index if state.drawn is None or index in state.drawn else None


def asked(state: AttemptState) -> Sequence[int]:
    """The indices of the questions that it asks, in the quiz's order."""
    return range(len(state.questions)) if state.drawn is None else state.drawn


def question_order(state: AttemptState) -> Sequence[int]:
    """The indices of the questions in the order that the student sees."""
    places = asked(state)
    if not state.shuffle_questions:
        return places
    return [places[n] for n in permutation(state.seed, "questions", len(places))]


def option_order(state: AttemptState, index: int) -> tuple[int, ...]:
    """For each option id that the student sees, its authored place; () where there are none.

    Matches and items are always shuffled: in the authored order they would be sorted.
    """
    shape = state.questions[index]
    if shape.type in SHUFFLED or (shape.size and state.shuffle_options):
        return permutation(state.seed, f"options|{index}", shape.size)
    return tuple(range(shape.size))


def authored(state: AttemptState, index: int, answer: Answer | None) -> Answer | None:
    """An answer of the right shape, its option ids replaced by authored places."""
    order = option_order(state, index)
    if not isinstance(answer, list) or not order:
        return answer
    return [
        order[option] if isinstance(option, int) and option >= 0 else option for option in answer
    ]


def shown(state: AttemptState, index: int, answer: Answer | None) -> Answer | None:
    """The reverse of `authored`."""
    order = option_order(state, index)
    if not isinstance(answer, list) or not order:
        return answer
    ids = {place: option for option, place in enumerate(order)}
    return [ids[place] if isinstance(place, int) and place >= 0 else place for place in answer]


def changed_by(state: AttemptState, seal: SealState) -> tuple[SealedAnswer, ...]:
    """What would be another answer: not where as much, or something later, is saved."""
    return tuple(each for each in seal.answers if _replaces(state.answers.get(each.index), each))


def _replaces(saved: Saved | None, sealed: SealedAnswer) -> bool:
    if saved is None:
        return sealed.answer is not None
    if saved.at > sealed.at:
        return False
    return saved.answer != sealed.answer or type(saved.answer) is not type(sealed.answer)


def begun_state(state: AttemptState, event: AttemptBegun) -> AttemptState:
    """The attempt as it begins."""
    return AttemptState(
        submission_id=state.submission_id,
        student_id=event.student_id,
        quiz_id=event.quiz_id,
        course_id=event.course_id,
        version_id=event.version_id,
        number=event.number,
        questions=shared(event.version_id, event.questions),
        seed=event.seed,
        timing=event.timing,
        shuffle_questions=event.shuffle_questions,
        shuffle_options=event.shuffle_options,
        drawn=event.drawn,
        begun_at=event.at,
        absences=(Absence(event.at),),
    )


def forked(state: AttemptState) -> AttemptState:
    """A copy that may be evolved by any event, and leaves the state as it was."""
    twin = copy.copy(state)
    twin.answers, twin.viewed = dict(state.answers), set(state.viewed)
    return twin


def devices(state: AttemptState) -> int:
    """How many show it now; one that is presumed to be there after a crash of the actor counts."""
    return len(state.devices) or int(state.connected and state.end is None)
