"""What older versions leave or say is understood: a reload passes it from one to the next."""

from __future__ import annotations

import os
import socket
from contextlib import closing

from supervisors.keeper.handover import VARIABLE, Handover, received
from supervisors.keeper.line import EnginesState, EngineState, Line, Ready

ENGINES = (
    b'{"type":"engines","ready":true,"urls":{"postgresql":"postgresql://x"},"engines":'
    b'[{"id":"postgresql","state":"running","restart":"permanent","restarts":1,"last_error":null}]}'
)
STATE = EnginesState(
    ready=True,
    urls={"postgresql": "postgresql://x"},
    engines=(
        EngineState(
            id="postgresql", state="running", restart="permanent", restarts=1, last_error=None
        ),
    ),
)
LEFT = (
    '{"keeper":%d,"public":3,"operators":4,"server":{"pid":7,"line":5,"began":1.5,"ready":true},'
    '"engines":null,"engines_state":' + ENGINES.decode() + "}"
)


def test_the_first_version_of_the_handover_is_understood() -> None:
    environ = {VARIABLE: LEFT % os.getpid()}
    left = received(environ)
    assert isinstance(left, Handover)
    assert left.server is not None
    assert (left.server.pid, left.engines, left.engines_state) == (7, None, STATE)
    assert left.served == ()
    assert environ == {}


def test_what_another_process_left_is_not_for_this_one() -> None:
    assert received({VARIABLE: LEFT % 1}) is None
    assert received({}) is None


def test_the_first_version_of_the_messages_is_understood_until_the_end() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(ours), closing(theirs):
        line = Line(ours)
        theirs.send(b'{"type":"ready"}')
        theirs.send(ENGINES)
        assert [line.read(), line.read()] == [Ready(), STATE]
        theirs.close()
        assert line.read() is None
        line.tell(Ready())  # nobody hears it any more
