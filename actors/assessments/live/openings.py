"""What a game may be opened with: every wrong field is named at once."""

from __future__ import annotations

from protocol.assessments.live import MAX_PLAYERS, LiveConfig, OpenLobby
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    MAX_QUESTIONS,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

_RANGES: dict[str, tuple[int, int]] = {
    "question_ms": (1_000, 3_600_000),
    "points": (0, 1_000_000),
    "leaderboard_size": (1, 100),
    "max_players": (1, MAX_PLAYERS),
    "latency_cap_ms": (0, 2_000),
}
_AUTO_ADVANCE = (500, 600_000)
_SECONDS = (1, 3_600)
_POINTS = (0, 1_000)

_KEYS: dict[QuestionType, type[AnswerKey]] = {
    QuestionType.MULTIPLE_CHOICE: ChoiceKey,
    QuestionType.TRUE_FALSE: TrueFalseKey,
    QuestionType.SHORT_ANSWER: TextKey,
    QuestionType.ESSAY: EssayKey,
    QuestionType.FILL_BLANK: BlanksKey,
    QuestionType.MATCHING: MatchingKey,
}


def check_opening(command: OpenLobby) -> None:
    """Raise `ValidationError` unless the game can be played."""
    wrong = _config_problems(command.config)
    if not 1 <= len(command.questions) <= MAX_QUESTIONS:
        wrong["questions"] = f"1 to {MAX_QUESTIONS} questions"
    for at, question in enumerate(command.questions[:MAX_QUESTIONS]):
        problem = _question_problem(question)
        if problem is not None:
            wrong[f"questions.{at}"] = problem
    if wrong:
        raise ValidationError([{"field": f, "message": m} for f, m in wrong.items()])


def _config_problems(config: LiveConfig) -> dict[str, str]:
    values = {name: getattr(config, name) for name in _RANGES}
    wrong = {
        f"config.{name}": f"{_RANGES[name][0]} to {_RANGES[name][1]}"
        for name, value in values.items()
        if not _RANGES[name][0] <= value <= _RANGES[name][1]
    }
    wait_ms = config.auto_advance_ms
    if wait_ms is not None and not _AUTO_ADVANCE[0] <= wait_ms <= _AUTO_ADVANCE[1]:
        wrong["config.auto_advance_ms"] = f"{_AUTO_ADVANCE[0]} to {_AUTO_ADVANCE[1]}"
    return wrong


def _question_problem(question: Question) -> str | None:
    if type(question.key) is not _KEYS[question.type]:
        return "The key is of another type of question"
    if question.seconds is not None and not _SECONDS[0] <= question.seconds <= _SECONDS[1]:
        return f"{_SECONDS[0]} to {_SECONDS[1]} seconds"
    if not _POINTS[0] <= question.points <= _POINTS[1]:
        return f"{_POINTS[0]} to {_POINTS[1]} points"
    if isinstance(question.key, ChoiceKey):
        return _choice_problem(question, question.key)
    return None


def _choice_problem(question: Question, key: ChoiceKey) -> str | None:
    if not 1 <= len(question.options) <= MAX_OPTIONS:
        return f"1 to {MAX_OPTIONS} options"
    if not all(0 <= place < len(question.options) for place in key.correct):
        return "The key names an option that is not there"
    return None
