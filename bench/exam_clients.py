"""The students of an exam: a process of its own that begins, saves and submits by a timetable.

Each has one connection with one request at a time: keep-alive HTTP, and Socket.IO for the saves of
a service that has it. That one is there from the moment that the questions are shown, and made anew
when it breaks, as the page does. A request whose connection broke is sent again, with the same
`answerId`, until it is answered.
"""

from __future__ import annotations

import heapq
import json
import select
import socket
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol

from bench.http_load import complete, request_bytes
from bench.sockets import (
    SOCKETIO_PATH,
    Ping,
    event_packet,
    frame,
    pong,
    split_frames,
    upgrade_request,
)

RETRY_SECONDS = 0.05
BEGIN = "mutation($q: ID!) { startQuizAttempt(quizId: $q) { id } }"
TAKE = "query($s: ID!) { quizAttempt(submissionId: $s) }"
SUBMIT = "mutation($s: ID!) { submitQuiz(submissionId: $s) { status } }"


class Service(Protocol):
    """How a service is asked: by a path and a body, or by an event and its payload.

    Each answer is a JSON object, of which `read` gives the data. `saves_by_socket`: saves are
    events of Socket.IO, after `enter`.
    """

    saves_by_socket: bool

    def enter(self, submission: str) -> tuple[str, Any]: ...

    def begin(self) -> tuple[str, Any]: ...

    def take(self, submission: str) -> tuple[str, Any]: ...

    def save(self, submission: str, question: str, value: bool, id_: str) -> tuple[str, Any]: ...

    def submit(self, submission: str) -> tuple[str, Any]: ...

    def read(self, answer: Any) -> Any: ...


class Stoa:
    """The platform, over GraphQL and, for saves, Socket.IO."""

    saves_by_socket = True

    def __init__(self, quiz_id: str) -> None:
        self._quiz_id = quiz_id

    def _asked(self, query: str, **variables: Any) -> tuple[str, Any]:
        return "/graphql", {"query": query, "variables": variables}

    def begin(self) -> tuple[str, Any]:
        return self._asked(BEGIN, q=self._quiz_id)

    def take(self, submission: str) -> tuple[str, Any]:
        return self._asked(TAKE, s=submission)

    def enter(self, submission: str) -> tuple[str, Any]:
        return "attempt.enter", {"submissionId": submission}

    def save(self, submission: str, question: str, value: bool, id_: str) -> tuple[str, Any]:
        of = {"submissionId": submission, "questionId": question}
        return "attempt.answer", {**of, "answer": value, "answerId": id_}

    def submit(self, submission: str) -> tuple[str, Any]:
        return self._asked(SUBMIT, s=submission)

    def read(self, answer: Any) -> Any:
        """The one field that was asked for. Raises `ConnectionError` with what was refused."""
        if "ok" in answer:
            if answer["ok"]:
                return answer
            raise ConnectionError(json.dumps(answer))
        if answer.get("errors"):
            raise ConnectionError(json.dumps(answer["errors"])[:500])
        [(_, value)] = answer["data"].items()
        return value


class Rest:
    """The peer `exam.mjs`, whose answers have the same shape."""

    saves_by_socket = False

    def enter(self, submission: str) -> tuple[str, Any]:
        raise NotImplementedError

    def begin(self) -> tuple[str, Any]:
        return "/begin", {}

    def take(self, submission: str) -> tuple[str, Any]:
        return "/take", {"submission": submission}

    def save(self, submission: str, question: str, value: bool, id_: str) -> tuple[str, Any]:
        return "/save", {"submission": submission, "question": question, "answer": value, "id": id_}

    def submit(self, submission: str) -> tuple[str, Any]:
        return "/submit", {"submission": submission}

    def read(self, answer: Any) -> Any:
        return answer


class Timetable(NamedTuple):
    """Seconds since the exam's beginning, unless said otherwise."""

    starts_over: float
    every: float
    """Between the saves of one student."""
    submits_from: float
    ends: float


class Saved(NamedTuple):
    """A save that was acknowledged: moments of `time.monotonic`; `tries`: how often it was sent."""

    sent: float
    acknowledged: float
    tries: int


class Sitting(NamedTuple):
    """What became of an exam. `answers`: by submission and question, as acknowledged last."""

    saves: list[Saved]
    refused: list[str]
    answers: dict[str, dict[str, bool]]


class _Student:
    def __init__(self, number: int, token: str) -> None:
        self.number, self.token = number, token
        self.socket: socket.socket | None = None
        self.by_socket: bool | None = None
        """Whether the connection is of Socket.IO, and has shown the attempt."""
        self.buffer = b""
        self.acknowledgement = 0
        self.submission = ""
        self.questions: list[str] = []
        self.stage = "begin"
        self.count = 0
        self.due = 0.0
        self.asked: bytes | None = None
        self.unsent = True
        self.tries = 0
        self.first_sent = 0.0
        self.answers: dict[str, bool] = {}
        self.starts = self.submits = 0.0

    @property
    def question(self) -> str:
        return self.questions[self.count % len(self.questions)]

    @property
    def value(self) -> bool:
        return (self.number + self.count // len(self.questions)) % 2 == 0


class Exam:
    """Runs the timetable for all students on one epoll."""

    def __init__(
        self, port: int, tokens: Sequence[str], service: Service, timetable: Timetable
    ) -> None:
        self._port, self._service, self._table = port, service, timetable
        self._students = [_Student(n, token) for n, token in enumerate(tokens)]
        self._epoll = select.epoll()
        self._by_fd: dict[int, _Student] = {}
        self._due: list[tuple[float, int]] = []
        self._began = 0.0
        self._saves: list[Saved] = []
        self._refused: list[str] = []

    def run(self, began: float) -> Sitting:
        """From `began` on, a moment of `time.monotonic`, until all have submitted."""
        self._began, last = began, len(self._students)
        for student in self._students:
            share = student.number / last
            student.starts = student.due = began + share * self._table.starts_over
            student.submits = (
                began
                + self._table.submits_from
                + share * (self._table.ends - self._table.submits_from)
            )
            heapq.heappush(self._due, (student.starts, student.number))
        left = last
        while left:
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                self._act(self._students[heapq.heappop(self._due)[1]])
            wait = self._due[0][0] - time.monotonic() if self._due else 1.0
            for fd, _ in self._epoll.poll(min(max(wait, 0.0), 1.0)):
                left -= self._hear(self._by_fd[fd])
        answers = {each.submission: each.answers for each in self._students}
        return Sitting(self._saves, self._refused, answers)

    def _act(self, student: _Student) -> None:
        """Ask what is due, on a connection of the right kind, which there is also before."""
        if student.asked is None and student.due <= time.monotonic():
            student.asked, student.unsent = self._request(student), True
            student.tries, student.first_sent = 0, time.monotonic()
        wants_socket = self._service.saves_by_socket and student.stage == "save"
        try:
            if student.socket is not None and (student.by_socket is not None) != wants_socket:
                self._closed(student)
            if student.socket is None:
                student.socket = socket.create_connection(("127.0.0.1", self._port), 5.0)
                student.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                student.buffer = b""
                self._by_fd[student.socket.fileno()] = student
                self._epoll.register(student.socket.fileno(), select.EPOLLIN)
                student.by_socket = False if wants_socket else None
                if wants_socket:
                    student.socket.sendall(upgrade_request(self._port, SOCKETIO_PATH))
            if student.by_socket is not False:  # the request follows once the attempt is shown
                self._send(student)
        except OSError:
            self._broken(student)

    def _send(self, student: _Student) -> None:
        """What is asked and not on its way. Raises `OSError`."""
        if student.asked is not None and student.unsent:
            assert student.socket is not None
            student.tries, student.unsent = student.tries + 1, False
            student.socket.sendall(student.asked)

    def _request(self, student: _Student) -> bytes:
        match student.stage:
            case "begin":
                path, body = self._service.begin()
            case "take":
                path, body = self._service.take(student.submission)
            case "save":
                id_ = f"save-{student.count}"
                path, body = self._service.save(
                    student.submission, student.question, student.value, id_
                )
                if self._service.saves_by_socket:
                    student.acknowledgement += 1
                    return frame(event_packet(path, body, student.acknowledgement))
            case _:
                path, body = self._service.submit(student.submission)
        headers = {"Authorization": f"Bearer {student.token}"}
        return request_bytes(path, json.dumps(body).encode(), headers)

    def _closed(self, student: _Student) -> None:
        if student.socket is not None:
            del self._by_fd[student.socket.fileno()]
            student.socket.close()
            student.socket = None

    def _broken(self, student: _Student) -> None:
        self._closed(student)
        student.unsent = True
        if student.asked is not None or student.stage == "save":
            heapq.heappush(self._due, (time.monotonic() + RETRY_SECONDS, student.number))

    def _hear(self, student: _Student) -> bool:
        """Whether the student has submitted with this."""
        assert student.socket is not None
        try:
            data = student.socket.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self._broken(student)
            return False
        student.buffer += data
        if student.by_socket is not None:
            self._hear_frames(student)
            return False
        response = complete(student.buffer)
        if response is None:
            return False
        student.buffer = b""
        if response.startswith(b"HTTP/1.1 503"):  # it has just come back, or goes
            student.unsent = True
            heapq.heappush(self._due, (time.monotonic() + RETRY_SECONDS, student.number))
            return False
        try:
            value = self._service.read(json.loads(response.split(b"\r\n\r\n", 1)[1]))
        except ConnectionError as refusal:
            self._refused.append(f"{student.stage}: {refusal}")
            value = None
        return self._went_on(student, value)

    def _hear_frames(self, student: _Student) -> None:
        assert student.socket is not None
        try:
            if student.buffer.startswith(b"HTTP/1.1"):
                head, whole, rest = student.buffer.partition(b"\r\n\r\n")
                if not whole:
                    return
                if b" 101 " not in head.partition(b"\r\n")[0]:
                    raise ConnectionError(head)
                student.buffer = rest
            packets, student.buffer = split_frames(student.buffer)
            for packet in packets:
                self._hear_packet(student, packet)
        except OSError:
            self._broken(student)

    def _hear_packet(self, student: _Student, packet: bytes) -> None:
        """Raises `OSError`."""
        assert student.socket is not None
        if isinstance(packet, Ping):
            student.socket.sendall(pong(packet))
        elif packet == b"2":
            student.socket.sendall(frame(b"3"))
        elif packet.startswith(b"0"):
            student.socket.sendall(frame(b"40" + json.dumps({"token": student.token}).encode()))
        elif packet.startswith(b"40"):
            student.socket.sendall(frame(event_packet(*self._service.enter(student.submission), 0)))
        elif packet.startswith(b"44"):
            raise ConnectionError(packet)
        elif packet.startswith(b"43"):
            number, _, body = packet[2:].partition(b"[")
            self._acknowledged(student, int(number), json.loads(b"[" + body)[0])

    def _acknowledged(self, student: _Student, number: int, reply: Any) -> None:
        """Raises `OSError`."""
        assert student.socket is not None
        if number == 0:
            if not reply["ok"]:
                raise ConnectionError(json.dumps(reply))
            student.by_socket = True
            self._send(student)
        elif number == student.acknowledgement and student.asked is not None:
            try:
                value = self._service.read(reply)
            except ConnectionError as refusal:
                if reply.get("details", {}).get("retryable"):
                    raise
                self._refused.append(f"{student.stage}: {refusal}")
                value = None
            self._went_on(student, value)

    def _went_on(self, student: _Student, value: Any) -> bool:
        now, student.asked = time.monotonic(), None
        match student.stage:
            case "begin":
                student.submission, student.stage, student.due = value["id"], "take", now
                heapq.heappush(self._due, (now, student.number))
                return False
            case "take":
                student.questions = [each["id"] for each in value["questions"]]
                student.stage = "save"
                heapq.heappush(self._due, (now, student.number))  # to connect
            case "save":
                if value is not None:
                    self._saves.append(Saved(student.first_sent, now, student.tries))
                    student.answers[student.question] = student.value
                student.count += 1
            case _:
                return True
        due = student.starts + (student.count + 1) * self._table.every
        if due >= student.submits:
            student.stage, due = "submit", student.submits
        student.due = max(due, now)
        heapq.heappush(self._due, (student.due, student.number))
        return False


def sit(pipe: Connection, port: int, tokens: list[str], service: Service, table: Timetable) -> None:
    """A process of its own: waits for the moment of the beginning, sends the `Sitting`."""
    exam = Exam(port, tokens, service, table)
    pipe.send("ready")
    pipe.send(exam.run(pipe.recv()))


def wrong_answers(
    expected: Mapping[str, Mapping[str, bool]], found: Mapping[str, Mapping[str, Any]]
) -> int:
    """How many acknowledged answers are not among those that were found."""
    return sum(
        found.get(submission, {}).get(question) is not value
        for submission, answers in expected.items()
        for question, value in answers.items()
    )
