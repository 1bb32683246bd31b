"""Migrations: applied once, in order, checked, under a lock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from protocol.certificates import RENDER_CERTIFICATE, RenderCertificate
from protocol.errors import StartupError
from protocol.jobs import JobState, Wanted
from protocol.mail import SEND_EMAIL, SendEmail
from protocol.users.emails import ConfirmAddress
from storage.asyncio_thread import AsyncioThread
from storage.jobs import PostgresJobs
from storage.migrate import DIRECTORY, find_migrations, migrate
from storage.postgres import Database

OLD_QUESTIONS = """
set session_replication_role = replica;
insert into questions (quiz_id, question_type, question_text, options, correct_answer, order_number)
values (gen_random_uuid(), 'multiple_choice', '?', '["a", "b"]', '{"correct": [0, 1]}', 1),
       (gen_random_uuid(), 'multiple_choice', '?', '["a", "b"]', '{"correct": [0]}', 2),
       (gen_random_uuid(), 'true_false', '?', null, '{"value": true}', 3);
set session_replication_role = origin;
"""

OLD_PREFERENCES = """
set session_replication_role = replica;
insert into user_profiles (user_id, full_name, notification_preferences)
values (gen_random_uuid(), 'A', '{"muted_letters": ["grades"], "other": 1}'),
       (gen_random_uuid(), 'B', '{"other": 2}');
set session_replication_role = origin;
"""


OLD_QUEUES = """
insert into users (id, email, password_hash, role)
values ('00000000-0000-0000-0000-000000000001', 'v@school.example', '!', 'student');
insert into letters
    (user_id, recipient, letter, created_at, due_at, attempts, last_error, failed_at)
values ('00000000-0000-0000-0000-000000000001', 'v@school.example',
        '{"type": "confirm_address", "token": "t0ken"}', to_timestamp(1700000000.25),
        to_timestamp(1700000060), 2, 'busy', null),
       ('00000000-0000-0000-0000-000000000001', 'v@school.example', 'null',
        to_timestamp(1), to_timestamp(2), 6, 'no such user', to_timestamp(3));
set session_replication_role = replica;
insert into enrollments (id, student_id, course_id)
select gen_random_uuid(), '00000000-0000-0000-0000-000000000001', gen_random_uuid()
from generate_series(1, 2);
insert into certificates (id, enrollment_id, certificate_id, pdf_url, verification_url,
    student_name, course_title, instructor_name, completed_at, issued_at, print_due_at, printed_at)
select gen_random_uuid(), id, 'C-' || row_number() over (), '', '', '', '', '', now(),
       to_timestamp(5), to_timestamp(6), case row_number() over () when 2 then to_timestamp(7) end
from enrollments;
set session_replication_role = origin;
"""

OLD_PLACES = """
insert into users (email, password_hash, role, deleted_at)
values ('a@x', '!', 'student', null), ('b@x', '!', 'student', now() - interval '1 year');
insert into courses (id, instructor_id, title, description, slug, category, difficulty,
    enrollment_count)
select id, id, 'The sky', '', 'sky', 'x', 'beginner', 2 from users where email = 'a@x';
insert into enrollments (student_id, course_id) select u.id, c.id from users u, courses c;
"""
OLD_CERTIFICATE = """
insert into users (id, email, password_hash, role)
values ('00000000-0000-0000-0000-000000000001', 'v@school.example', '!', 'student');
insert into courses (id, instructor_id, title, description, slug, category, difficulty)
select id, id, 'The sky', '', 'sky', 'x', 'beginner' from users;
insert into enrollments (id, student_id, course_id) select id, id, id from users;
insert into certificates (id, enrollment_id, certificate_id, pdf_url, verification_url,
    student_name, course_title, instructor_name, completed_at, issued_at)
select id, id, 'C-1', '', '', 'Mira', 'The sky', 'Vera', now(), now() from users;
update enrollments set certificate_id = id;
"""
OLD_GAME = """
insert into users (id, email, password_hash, role)
values ('00000000-0000-0000-0000-000000000001', 'v@school.example', '!', 'educator');
insert into courses (id, instructor_id, title, description, slug, category, difficulty)
select id, id, 'The sky', '', 'sky', 'x', 'beginner' from users;
insert into course_modules (id, course_id, title, order_number) select id, id, 'M', 1 from users;
insert into lessons (id, module_id, title, lesson_type, order_number)
select id, id, 'L', 'quiz', 1 from users;
insert into quizzes (id, lesson_id, title, quiz_type, passing_score_percentage, decimal_comma)
select id, id, 'Q', 'practice', 50, true from users;
insert into questions (quiz_id, question_type, question_text, correct_answer, points, order_number)
select id, 'essay', n || '?', '{"type": "essay"}', 1.5, n from users, generate_series(1, 2) n;
insert into live_quizzes (id, course_id, quiz_id, host_id, title, question_count)
select id, id, id, id, 'Q', 2 from users;
"""


@pytest.fixture
async def empty(asyncio_thread: AsyncioThread, empty_database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(asyncio_thread, empty_database_url)
    yield database
    await database.close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (a int);")
    (tmp_path / "0002_second.sql").write_text(
        "CREATE TABLE second (a int); INSERT INTO first VALUES (2);"
    )
    return tmp_path


async def test_our_own_migrations_apply_to_an_empty_database_once(empty: Database) -> None:
    names = [migration.name for migration in find_migrations(DIRECTORY)]
    assert names[0] == "0001_runtime.sql"
    assert await migrate(empty) == names
    assert await migrate(empty) == []


async def test_questions_made_before_multiple_was_asked_keep_what_their_key_meant(
    empty: Database, tmp_path: Path
) -> None:
    third = "0003_question_multiple.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < third:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)

    async def old_questions(connection: Any) -> None:
        await connection.execute(OLD_QUESTIONS)

    await empty.run(old_questions)
    (tmp_path / third).write_text((DIRECTORY / third).read_text())
    await migrate(empty, tmp_path)
    rows = await empty.run(
        lambda c: c.fetch("SELECT multiple FROM questions ORDER BY order_number")
    )
    assert [row["multiple"] for row in rows] == [True, False, None]


async def test_what_was_muted_as_letters_stays_muted(empty: Database, tmp_path: Path) -> None:
    twelfth = "0012_muted_emails.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < twelfth:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)

    async def old_preferences(connection: Any) -> None:
        await connection.execute(OLD_PREFERENCES)

    await empty.run(old_preferences)
    (tmp_path / twelfth).write_text((DIRECTORY / twelfth).read_text())
    await migrate(empty, tmp_path)
    rows = await empty.run(
        lambda c: c.fetch("SELECT notification_preferences FROM user_profiles ORDER BY full_name")
    )
    assert [row[0] for row in rows] == ['{"other": 1, "muted_emails": ["grades"]}', '{"other": 2}']


async def test_what_waited_in_the_queues_of_old_becomes_jobs(
    empty: Database, tmp_path: Path
) -> None:
    new = "0013_jobs.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < new:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute(OLD_QUEUES))
    (tmp_path / new).write_text((DIRECTORY / new).read_text())
    await migrate(empty, tmp_path)
    jobs = PostgresJobs(empty)
    [rendering, dead, waiting] = await jobs.shown(state=None, kind=None, limit=9)
    assert (dead.state, dead.last_error, dead.failed_at, dead.retryable) == (
        JobState.DEAD,
        "no such user",
        3_000,
        False,
    )
    assert (waiting.attempts, waiting.created_at, waiting.last_error) == (
        2,
        1_700_000_000_250,
        "busy",
    )
    wanted = [Wanted(SEND_EMAIL.name, 9, 1), Wanted(RENDER_CERTIFICATE.name, 9, 1)]
    [render, email] = await jobs.claim(wanted, worker="one", now=1_700_000_060_000)
    assert (render.id, render.due_at) == (rendering.id, 6_000)
    assert msgspec.json.decode(render.payload, type=RenderCertificate).number == "C-1"
    sent = msgspec.json.decode(email.payload, type=SendEmail)
    assert sent.recipient == "v@school.example"
    content = msgspec.json.decode(sent.content, type=ConfirmAddress)
    assert content == ConfirmAddress(token="t0ken")
    assert (email.attempt, email.user_id) == (3, "00000000-0000-0000-0000-000000000001")


async def test_certificates_of_old_name_their_student_and_course_and_keep_their_day(
    empty: Database, tmp_path: Path
) -> None:
    new = "0021_certificates_outlive.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < new:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute(OLD_CERTIFICATE))
    (tmp_path / new).write_text((DIRECTORY / new).read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute("delete from courses"))
    [row] = await empty.run(lambda c: c.fetch("select * from certificates"))
    assert str(row["student_id"]) == "00000000-0000-0000-0000-000000000001"
    assert (row["course_id"], row["enrollment_id"]) == (None, None)
    assert (row["student_name"], row["issue"], row["time_zone"]) == ("Mira", 1, "UTC")


async def test_accounts_deleted_before_give_up_their_places(
    empty: Database, tmp_path: Path
) -> None:
    new = "0022_places_of_closed_accounts.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < new:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute(OLD_PLACES))
    (tmp_path / new).write_text((DIRECTORY / new).read_text())
    await migrate(empty, tmp_path)
    statement = "select u.email, e.status from enrollments e join users u on u.id = e.student_id"
    rows = await empty.run(lambda c: c.fetch(f"{statement} order by u.email"))
    assert [tuple(row) for row in rows] == [("a@x", "active"), ("b@x", "dropped")]
    assert await empty.run(lambda c: c.fetchval("select enrollment_count from courses")) == 1
    assert await empty.run(
        lambda c: c.fetchval(
            "select e.withdrawn_at = u.deleted_at from enrollments e join users u"
            " on u.id = e.student_id where u.email = 'b@x'"
        )
    )


async def test_nodes_that_migrate_at_the_same_time_apply_each_file_once(
    empty: Database, directory: Path
) -> None:
    applied: list[str] = []

    async def node() -> None:
        applied.extend(await migrate(empty, directory))

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(node)
    assert sorted(applied) == ["0001_first.sql", "0002_second.sql"]
    assert await empty.run(lambda c: c.fetchval("SELECT count(*) FROM first")) == 1


async def test_games_of_old_keep_what_they_asked(empty: Database, tmp_path: Path) -> None:
    new = "0032_quiz_editing.sql"
    for migration in DIRECTORY.glob("*.sql"):
        if migration.name < new:
            (tmp_path / migration.name).write_text(migration.read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute(OLD_GAME))
    (tmp_path / new).write_text((DIRECTORY / new).read_text())
    await migrate(empty, tmp_path)
    await empty.run(lambda c: c.execute("delete from quizzes"))
    rows = await empty.run(
        lambda c: c.fetch(
            "select question_text, points::float, decimal_comma, quiz_id, lesson_id is null"
            " from live_quiz_questions join live_quizzes on id = live_quiz_id"
            " order by order_number"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("1?", 1.5, True, None, False),
        ("2?", 1.5, True, None, False),
    ]


async def test_a_new_file_is_applied_to_an_existing_database(
    empty: Database, directory: Path
) -> None:
    await migrate(empty, directory)
    (directory / "0003_third.sql").write_text("CREATE TABLE third (a int);")
    assert await migrate(empty, directory) == ["0003_third.sql"]


async def test_a_failing_file_leaves_nothing_of_itself(empty: Database, directory: Path) -> None:
    (directory / "0003_third.sql").write_text("CREATE TABLE third (a int); SELECT 1/0;")
    with pytest.raises(StartupError, match=r"\(SQLSTATE 22012\)"):
        await migrate(empty, directory)
    assert await empty.run(lambda c: c.fetchval("SELECT to_regclass('third')")) is None
    assert await empty.run(lambda c: c.fetchval("SELECT count(*) FROM schema_migrations")) == 2


async def test_a_changed_file_is_refused(empty: Database, directory: Path) -> None:
    await migrate(empty, directory)
    (directory / "0001_first.sql").write_text("CREATE TABLE first (b int);")
    with pytest.raises(StartupError, match=r"0001_first[.]sql was changed"):
        await migrate(empty, directory)


async def test_a_missing_file_is_refused(empty: Database, directory: Path) -> None:
    await migrate(empty, directory)
    (directory / "0002_second.sql").unlink()
    with pytest.raises(StartupError, match=r"0002_second[.]sql, which this version does not know"):
        await migrate(empty, directory)


async def test_a_file_that_comes_too_late_is_refused(empty: Database, directory: Path) -> None:
    (directory / "0002_second.sql").rename(directory / "0003_second.sql")
    await migrate(empty, directory)
    (directory / "0002_late.sql").write_text("SELECT 1;")
    with pytest.raises(StartupError, match=r"0002_late[.]sql is older"):
        await migrate(empty, directory)


@pytest.mark.parametrize("name", ["0002_other.sql", "two.sql"])
def test_wrong_names_are_refused(directory: Path, name: str) -> None:
    (directory / name).write_text("SELECT 1;")
    with pytest.raises(StartupError):
        find_migrations(directory)
