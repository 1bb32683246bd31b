"""Modules joined into chunks: each form of import and export, run by Node.js as a browser would."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from gateway.site_assets import WEB
from gateway.site_chunks import CORE, FIRST, Chunks, closure, join, source_map
from gateway.site_documents import joined
from gateway.site_modules import module_names, read_module
from tests.clients.node import require_node

BARE = {"lib": "vendor/lib.js"}
PAGES = ("pages/page.js", "pages/other.js")
FORMS = {
    "start.js": 'import "./effects.js";\nexport const begun = performance.now();\n',
    "effects.js": "(globalThis.effects ??= []).push('effects');\nexport {};\n",
    "main.js": """// What runs.
import whole, { part as piece, Kind } from "./forms.js";
import * as all from "./passed.js";
import lib, { h } from "lib";
import "./effects.js";

const waited = await new Promise((done) => setTimeout(done, 1, "waited"));
const page = await import("./pages/page.js");
const same = (await import("./pages/other.js")).store === page.store;
const alone = (await import("./vendor/alone.js")).default;
const name = "alone";
const found = (await import(`./vendor/${name}.js`)).default === alone;
globalThis.said = {
  whole: whole(), piece, kind: new Kind().name, all: Object.keys(all).sort(), star: all.own,
  lib: lib(), h, waited, page: page.default, same, alone, found, effects, address: page.address,
};
""",
    "forms.js": """/** Not a /* comment. */
export const part = "part";
export class Kind { name = "kind"; }
export default function whole() { return late() + use; }
export async function later() {}
export function* many() { yield 1; }
function late() { return "whole "; } /** @type {string} */ const use = "used";
const one = 1;
export { one as uno, late };
""",
    "passed.js": """export * from "./forms.js";
export { default as whole, part as own } from "./forms.js";
export { h } from "lib";
import {
  Kind,
} from "./forms.js";
export class Own extends Kind {}
""",
    "store.js": "export const store = { count: 0 };\n",
    "pages/page.js": """import { store } from "../store.js";
export { store };
export const address = new URL("../words.json", import.meta.url).pathname;
export default "page";
""",
    "pages/other.js": """export { store } from "../store.js";
export default class extends Object {}
""",
    "vendor/lib.js": 'var n=1,l="h";export{l as h};export default function(){return"lib"+n}',
    "vendor/alone.js": 'export default "alone";\n',
}


def site(root: Path, files: Mapping[str, str] = FORMS) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def joined_site(root: Path, files: Mapping[str, str] = FORMS) -> Chunks:
    chunks = join(site(root, files), ("start.js", "main.js"), BARE, PAGES)
    for name, text in chunks.files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return chunks


def run(node: str, root: Path, script: str) -> str:
    (root / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [node, "--input-type=module", "--eval", script], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.node
def test_every_form_of_import_and_export_means_what_it_says(tmp_path: Path) -> None:
    node = require_node("eslint", WEB.parents[1] / "tests" / "web")
    joined_site(tmp_path)
    said = msgspec.json.decode(
        run(
            node,
            tmp_path,
            'await import("./joined/core.js");\n'
            "while (!globalThis.said) await new Promise((done) => setTimeout(done, 1));\n"
            "console.log(JSON.stringify(globalThis.said));",
        )
    )
    assert said.pop("address") == f"{tmp_path.as_posix()}/words.json"
    assert said == {
        "whole": "whole used",
        "piece": "part",
        "kind": "kind",
        "all": ["Kind", "Own", "h", "late", "later", "many", "own", "part", "uno", "whole"],
        "star": "part",
        "lib": "lib1",
        "h": "h",
        "waited": "waited",
        "page": "page",
        "same": True,
        "alone": "alone",
        "found": True,
        "effects": ["effects"],
    }


@pytest.mark.node
def test_an_error_has_the_line_of_its_own_module(tmp_path: Path) -> None:
    node = require_node("eslint", WEB.parents[1] / "tests" / "web")
    wrong = (
        "/**\n * Told nothing.\n */\n\nexport function fail() {\n  throw new Error('here');\n}\n"
    )
    main = 'import { fail } from "./wrong.js";\nfail();\n'
    joined_site(tmp_path, {"start.js": "export const a = 1;\n", "main.js": main, "wrong.js": wrong})
    (tmp_path / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [node, "--enable-source-maps", "joined/core.js"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "wrong.js:6" in done.stderr
    assert "main.js:2" in done.stderr


def test_each_module_is_in_one_chunk_and_a_page_gets_what_it_needs(tmp_path: Path) -> None:
    chunks = joined_site(tmp_path)
    texts = "".join(text for name, text in chunks.files.items() if name.endswith(".js"))
    defined = re.findall(r'^__define\("([^"]+)"', texts, re.MULTILINE)
    assert sorted(defined) == sorted({*FORMS} - {"vendor/alone.js"})
    assert chunks.chunk_of["start.js"] == FIRST == chunks.chunk_of["effects.js"]
    assert chunks.chunk_of["main.js"] == CORE == chunks.chunk_of["vendor/lib.js"]
    for page in ("pages/page.js", "pages/other.js"):
        needed = set(chunks.needed(page))
        assert {chunks.chunk_of[name] for name in closure(chunks.modules, page)} == needed
        assert "store.js" in closure(chunks.modules, page)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"main.js": 'import { a } from "./a.js";', "a.js": 'import "./main.js";'}, "each other"),
        ({"main.js": "export let changed = 1;"}, "not joined"),
        ({"main.js": "export var changed = 1;"}, "not joined"),
        ({"main.js": "export const { a, b } = globalThis;"}, "not joined"),
        ({"main.js": 'import a, * as b from "./start.js";'}, "not joined"),
        ({"main.js": 'import { a } from "nowhere";'}, "not in the import map"),
        ({"main.js": "const __use = 1;"}, "__use"),
        (
            {
                "main.js": 'import "./shared.js";\nimport("./vendor/big.js");',
                "shared.js": "",
                "vendor/big.js": 'import "../shared.js";',
            },
            "loaded by itself",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, files: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        join(site(tmp_path, {"start.js": "", **files}), ("start.js", "main.js"), BARE, PAGES)


def test_a_source_map_has_the_digits_of_the_specification() -> None:
    places = [None, ("a.js", 0), ("a.js", 1), None, ("b.js", 40)]
    document = msgspec.json.decode(source_map(places))
    assert document["sources"] == ["../a.js", "../b.js"]
    assert document["mappings"] == ";AAAA;AACA;;ACuCA"


@pytest.mark.node
def test_the_pages_modules_are_read_as_a_parser_reads_them() -> None:
    """Imports, exports and comments, by which only whole comments are left out."""
    folder = WEB.parents[1] / "tests" / "web"
    node = require_node("acorn", folder)
    chunks = joined(WEB, (WEB / "app.html").read_text(encoding="utf-8"))
    done = subprocess.run(
        [node, str(folder / "modules.js"), *(str(WEB / name) for name in chunks.modules)],
        capture_output=True,
        check=True,
    )
    parsed = dict(zip(chunks.modules, msgspec.json.decode(done.stdout), strict=True))
    assert len(parsed) > 150
    bare = msgspec.json.decode(
        re.findall(r"<script type=\"importmap\">(.*?)</script>", (WEB / "app.html").read_text())[0]
    )["imports"]
    for name, module in chunks.modules.items():
        found = parsed[name]
        named = [exported.partition(":")[0] for exported in module.exports]
        assert sorted(named) == sorted(found["exports"]), name
        sources = [
            module.resolved(each) if each.startswith(".") else bare[each][1:]
            for each in found["imports"]
        ]
        assert sorted(module.imports) == sorted(sources), name
        assert set(module.later) == {module.resolved(each) for each in found["later"]}, name
        assert found["undone"] == [], name
        assert found["lines"] == module.text.count("\n") + 1, name
        assert module_names(WEB, name) >= {name}


def test_comments_are_left_out_and_lines_stay(tmp_path: Path) -> None:
    text = 'export const a = "//"; // stays\n  // goes\n/** goes\n * too */ export const b = 1;\n'
    module = read_module(site(tmp_path, {"a.js": text}), "a.js", {})
    assert module.text == 'const a = "//"; // stays\n\n\nconst b = 1;\n'
    assert module.exports == ("a", "b")
