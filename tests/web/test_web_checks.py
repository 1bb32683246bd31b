"""The pages' scripts: their types, the linter, and the types of their GraphQL documents.

Set up with `npm ci` in `tests/web`; `npm run check` there does the same as these tests.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.clients.node import require_node

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
CONFIG = "tests/web/eslint.config.js"

pytestmark = pytest.mark.node

Finished = subprocess.CompletedProcess[str]


def run(package: str, script: str, *arguments: str, stdin: str = "", cwd: Path = ROOT) -> Finished:
    """A script of this folder, run to its end by Node.js. Skips where `package` is missing."""
    command = [require_node(package, FOLDER), str(FOLDER / script), *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True)


def lint(*arguments: str, stdin: str = "") -> Finished:
    script = "node_modules/eslint/bin/eslint.js"
    return run("eslint", script, "--config", CONFIG, *arguments, stdin=stdin)


def codegen(*arguments: str) -> Finished:
    return run("@graphql-codegen/core", "codegen.js", *arguments)


def assert_clean(done: Finished) -> None:
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_the_types_of_the_pages_hold() -> None:
    # The examples are among them: a line of theirs that says it is wrong has to be.
    assert_clean(run("typescript", "node_modules/typescript/bin/tsc", cwd=FOLDER))


def test_the_linter_finds_nothing() -> None:
    assert_clean(lint("gateway/web", "tests/web"))


def test_the_types_of_the_documents_are_current() -> None:
    assert_clean(codegen("--check"))


@pytest.mark.parametrize(
    "line",
    [
        "document.body.innerHTML = location.hash;",
        'document.body["outerHTML"] = location.hash;',
        'document.body.insertAdjacentHTML("beforeend", location.hash);',
        "document.write(location.hash);",
        "export const raw = { dangerouslySetInnerHTML: { __html: location.hash } };",
        "String.raw`<p dangerouslySetInnerHTML=${{ __html: location.hash }} />`;",
    ],
)
def test_raw_html_is_refused_but_in_the_one_file_that_cleans_it(line: str) -> None:
    elsewhere = lint("--stdin", "--stdin-filename", "gateway/web/text/other.js", stdin=line)
    assert "no-restricted-syntax" in elsewhere.stdout
    assert_clean(lint("--stdin", "--stdin-filename", "gateway/web/text/sanitised.js", stdin=line))


def test_a_hook_under_a_condition_is_refused() -> None:
    script = """
import { useState } from "preact/hooks";
export function Counter({ shown }) {
  if (shown) useState(0);
  return null;
}
"""
    done = lint("--stdin", "--stdin-filename", "gateway/web/kit/counter.js", stdin=script)
    assert "react-hooks/rules-of-hooks" in done.stdout


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("query { me { nickname } }", 'Cannot query field "nickname" on type "User".'),
        ("query { me { id }", "Syntax Error: Expected Name, found <EOF>."),
        ("query { me { id } } mutation { logout }", "This anonymous operation must be the only"),
        ("fragment Parts on User { id }", 'Fragment "Parts" is never used.'),
    ],
)
def test_a_document_that_does_not_fit_the_schema_is_named(
    tmp_path: Path, text: str, why: str
) -> None:
    (tmp_path / "documents.js").write_text(f"export const ME = `{text}`;\n")
    done = codegen(str(tmp_path))
    assert done.returncode == 1
    assert f"documents.js: ME: {why}" in done.stderr
    assert not (tmp_path / "documents.d.ts").exists()


def test_a_declaration_that_is_stale_is_named_and_mended(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    documents = tmp_path / "kept" / "documents.js"
    documents.write_text("export const ME = `query { me { id } }`;\n")
    gone = tmp_path / "documents.d.ts"
    gone.write_text("export const GONE: string;\n")
    checked = codegen("--check", str(tmp_path))
    assert checked.returncode == 1
    assert checked.stdout.count("documents.d.ts is not current") == 2
    assert codegen(str(tmp_path)).returncode == 0
    assert not gone.exists()
    made = (tmp_path / "kept" / "documents.d.ts").read_text()
    assert "export const ME: Document<MeQuery, MeQueryVariables>;" in made
    assert_clean(codegen("--check", str(tmp_path)))
