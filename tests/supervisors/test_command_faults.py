"""The exit status of a command says whether somebody has to correct something."""

from __future__ import annotations

import pytest

from protocol.errors import EngineAway, StartupError
from supervisors.cli.faults import AWAY, CANNOT_START, GAVE_UP, guarded
from supervisors.supervisor import SupervisorGaveUp

GONE = EngineAway("Redis cannot be reached", "start it")
WRONG = StartupError("PostgreSQL refuses the password", "correct it")


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (GONE, AWAY),
        (WRONG, CANNOT_START),
        (ExceptionGroup("", [GONE, ExceptionGroup("", [GONE])]), AWAY),
        (ExceptionGroup("", [GONE, WRONG]), CANNOT_START),
        (ExceptionGroup("", [GONE, SupervisorGaveUp("platform", None)]), GAVE_UP),
    ],
)
def test_what_may_pass_by_itself_has_another_status_than_what_may_not(
    capsys: pytest.CaptureFixture[str], raised: Exception, status: int
) -> None:
    def run() -> int:
        raise raised

    assert guarded("serve", run) == status
    assert "Traceback" not in capsys.readouterr().err
