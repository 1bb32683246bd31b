"""Whatever ended an installation half way, the next one mends it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.supervisors.install.tiny_project import NO_NETWORK, TinyProject

pytestmark = pytest.mark.slow

SITE = "lib/python*/site-packages"
DEBIAN = """
import subprocess, sys
subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", sys.argv[1]], check=True)
sys.exit("The virtual environment was not created because ensurepip is not available")
"""
"""What `python -m venv` does on Debian without the package python3-venv."""


@pytest.fixture
def project(tmp_path: Path) -> TinyProject:
    """In a folder whose name is not ASCII and has a space."""
    return TinyProject(tmp_path / "Schüler 東", tmp_path / "wheels")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> TinyProject:
    """One whose environment the tests may damage and must mend."""
    place = tmp_path_factory.mktemp("installed")
    return TinyProject(place / "Schüler 東", place / "wheels")


def without_pip(venv: Path) -> None:
    """As `python -m venv` leaves it where there is no ensurepip."""
    shutil.rmtree(next(venv.glob(f"{SITE}/pip")))


def python_gone(venv: Path) -> None:
    """As after an upgrade of the system's Python."""
    for name in ("python", "python3"):
        (venv / "bin" / name).unlink(missing_ok=True)
    (venv / "bin" / "python").symlink_to("/usr/bin/python3.0")


def another_python(venv: Path) -> None:
    """As if `python3` had become another version behind the same link."""
    stamp = venv / ".complete"
    stamp.write_text(stamp.read_text().replace("3.", "2.", 1))


def stamp_gone(venv: Path) -> None:
    """As after a kill in the middle of pip: a package is registered, its files are not there."""
    (venv / ".complete").unlink()
    next(venv.glob(f"{SITE}/tiny.py")).unlink()


def stamp_garbled(venv: Path) -> None:
    (venv / ".complete").write_text('{"interpreter"')


def a_file(venv: Path) -> None:
    shutil.rmtree(venv)
    venv.write_text("")


DAMAGES = [without_pip, python_gone, another_python, stamp_gone, stamp_garbled, a_file]


def test_an_installation_tells_how_far_it_is_and_the_next_has_nothing_to_do(
    project: TinyProject,
) -> None:
    status, said = project.install()
    assert status == 0, said
    assert "Installing 1 packages of requirements.lock" in said
    assert "\r" not in said
    assert project.works()
    assert project.install() == (0, "")


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_half_made_is_made_anew(
    installed: TinyProject, damage: Callable[[Path], None]
) -> None:
    assert installed.install()[0] == 0
    damage(installed.root / ".venv")
    status, said = installed.install()
    assert status == 0, said
    assert installed.works()
    assert installed.install() == (0, "")


def test_one_of_an_older_make_is_kept_and_completed(installed: TinyProject) -> None:
    assert installed.install()[0] == 0
    venv = installed.root / ".venv"
    (venv / ".complete").unlink()
    for name in (".run", "mark"):
        (venv / name).touch()
    status, said = installed.install()
    assert status == 0, said
    assert "made anew" not in said
    assert (venv / "mark").exists()
    assert not (venv / ".run").exists()
    assert installed.install() == (0, "")
    assert installed.works()


def test_a_moved_repository_gets_an_environment_of_its_new_place(project: TinyProject) -> None:
    assert project.install()[0] == 0
    project.root = project.root.rename(project.root.with_name("elsewhere"))
    status, said = project.install()
    assert status == 0, said
    assert project.works()


@pytest.mark.parametrize("point", ["Making", "Installing 1", "Installing Stoa"])
def test_a_kill_at_any_point_is_mended_by_the_next(project: TinyProject, point: str) -> None:
    with project.start() as process:
        assert process.stdout is not None
        assert any(line.startswith(point) for line in process.stdout)
        os.killpg(process.pid, signal.SIGKILL)
    status, said = project.install()
    assert status == 0, said
    assert project.works()


def test_without_a_network_one_line_says_so_and_what_was_there_stays(
    project: TinyProject,
) -> None:
    status, said = project.install(**NO_NETWORK)
    assert status == 1
    assert [line for line in said.splitlines() if line.startswith("make: no network")], said
    assert project.install()[0] == 0
    old = (project.root / "requirements.lock").read_text()
    project.lock("other", 2)
    assert project.install(**NO_NETWORK)[0] == 1
    (project.root / "requirements.lock").write_text(old)
    assert project.install(**NO_NETWORK) == (0, "")
    assert project.works()


def test_a_changed_lock_is_installed_into_what_is_there(project: TinyProject) -> None:
    assert project.install()[0] == 0
    mark = project.root / ".venv" / "mark"
    mark.touch()
    project.lock("tiny", 2)
    assert project.install()[0] == 0
    assert mark.exists()
    assert next(project.root.glob(f".venv/{SITE}/tiny.py")).read_text() == "VERSION = 2\n"


def test_a_python_without_venv_is_told_what_to_install(
    project: TinyProject, tmp_path: Path
) -> None:
    stub = tmp_path / "stub" / "venv"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    (stub / "__main__.py").write_text(DEBIAN)
    path = f"{stub.parent}{os.pathsep}{project.environ()['PYTHONPATH']}"
    for _ in range(2):
        status, said = project.install(PYTHONPATH=path)
        assert status == 1
        assert "-venv) and run make again" in said.splitlines()[-1]
    assert project.install()[0] == 0
    assert project.works()


def test_a_second_installation_waits_for_the_first(project: TinyProject) -> None:
    with (project.root / ".venv.lock").open("ab") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with project.start() as second:
            assert second.stdout is not None
            assert second.stdout.readline().startswith("Waiting for another installation")
            assert not (project.root / ".venv").exists()
            fcntl.flock(first, fcntl.LOCK_UN)
            second.communicate(timeout=180)
    assert second.returncode == 0
    assert project.works()


def test_an_environment_that_is_a_link_is_left_to_its_owner(
    project: TinyProject, tmp_path: Path
) -> None:
    (project.root / ".venv").symlink_to(tmp_path)
    assert project.install() == (0, "")
