"""Writes a quiz as a package of QTI items, such that reading it gives the same questions.

What QTI cannot say stands in a comment of each item, which others ignore and `reader` takes. What
of a key and of the texts has to is found by reading what was written.
"""

from __future__ import annotations

import io
import zipfile
from functools import partial

import msgspec
from msgspec import structs

from actors.assessments.formats.extras import Extras, missing_in
from actors.assessments.formats.qti.items import Items, Shown
from actors.assessments.formats.qti.names import VERSIONS, Version
from actors.assessments.formats.qti.packages import MANIFEST
from actors.assessments.formats.qti.reader import parse_qti
from actors.assessments.formats.trees import in_comment, written
from actors.assessments.formats.written import (
    NO_PICTURES,
    Pictures,
    Written,
    own_left_out,
    places_in_comments,
    unfinished,
)
from protocol.assessments.files import ExportFormat
from protocol.assessments.quizzes import Question
from protocol.errors import ValidationError

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TITLE = 60
"""Characters of the text that an item is named by."""
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
"""The same quiz makes the same file."""


def write_qti(
    version: ExportFormat,
    questions: tuple[Question, ...],
    left_out: int = 0,
    pictures: Pictures = NO_PICTURES,
) -> Written:
    """A package. `left_out` unfinished questions are mentioned."""
    names = VERSIONS[version]
    write = partial(_item, names)
    files: dict[str, bytes] = {}
    for number, question in enumerate(questions, 1):
        picture = pictures.get(question.media_url or "")
        shown = None
        if picture is not None:
            shown = Shown(f"../pictures/{picture.name}", question.media_alt or "")
            files[f"pictures/{picture.name}"] = picture.data
        files[_path(number)] = _whole(write, number, question, shown).encode()
    count = len(questions)
    files["test.xml"] = _test(names, count).encode()
    files[MANIFEST] = _manifest(names, count, sorted(files)).encode()
    said = (*unfinished(left_out), *own_left_out(questions), *places_in_comments(questions))
    return Written(_zipped(files), said)


def _path(number: int) -> str:
    return f"items/question{number:03}.xml"


def _whole(write: partial[str], number: int, question: Question, shown: Shown | None) -> str:
    """The item with as much in its comment as it needs."""
    wanted = structs.replace(
        question,
        id="",
        decimal_comma=False,
        notes=None,
        rubric=None,
        media_url=None if shown else question.media_url,
    )
    bare = _read(write(number, wanted, None, Extras()))
    extras = structs.replace(missing_in(wanted, bare), points=1)  # they are declared
    if _read(write(number, wanted, None, extras)) != wanted:
        extras = extras.with_all_of(wanted)
    return write(number, wanted, shown, extras)


def _read(text: str) -> Question | None:
    """What would be read; None if that is nothing."""
    try:
        return parse_qti(text.encode(), lambda: "").questions[0].question
    except ValidationError:
        return None


def _item(
    version: Version, number: int, question: Question, shown: Shown | None, extras: Extras
) -> str:
    items = Items(version)
    title = " ".join(question.text.split())[:TITLE] or f"Question {number}"
    said = in_comment(msgspec.json.encode(extras).decode())
    content = "\n".join(
        (
            f"<!-- stoa: {said} -->",
            items.declarations(question),
            items.body(question, shown),
            items.processing(question),
            items.feedback(question),
        )
    )
    return _HEAD + items.element(
        "assessmentItem",
        content,
        xmlns=version.namespace,
        identifier=f"question{number:03}",
        title=title,
        adaptive="false",
        timeDependent="false",
    )


def _test(version: Version, count: int) -> str:
    items = Items(version)
    refs = "\n".join(
        items.element("assessmentItemRef", identifier=f"ref{n:03}", href=_path(n))
        for n in range(1, count + 1)
    )
    section = items.element(
        "assessmentSection", refs, identifier="section", title="Quiz", visible="true"
    )
    part = items.element(
        "testPart",
        section,
        identifier="part",
        navigationMode="nonlinear",
        submissionMode="simultaneous",
    )
    return _HEAD + items.element(
        "assessmentTest", part, xmlns=version.namespace, identifier="test", title="Quiz"
    )


def _manifest(version: Version, count: int, names: list[str]) -> str:
    resources = [_resource("test", version.test_type, "test.xml")]
    resources += [
        _resource(f"item{n:03}", version.item_type, _path(n)) for n in range(1, count + 1)
    ]
    pictures = [name for name in names if name.startswith("pictures/")]
    resources += [_resource(f"file{n:03}", "webcontent", name) for n, name in enumerate(pictures)]
    listed = "\n".join(resources)
    return (
        f'{_HEAD}<manifest xmlns="{version.manifest}" identifier="quiz">\n'
        f"<metadata><schema>{version.schema}</schema>"
        f"<schemaversion>{version.schema_version}</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{listed}\n</resources>\n</manifest>\n"
    )


def _resource(name: str, kind: str, href: str) -> str:
    path = written(href)
    file = f'<file href="{path}"/>'
    return f'<resource identifier="{name}" type="{kind}" href="{path}">{file}</resource>'


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            packed = zipfile.ZIP_STORED if name.startswith("pictures/") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN_AT), data, compress_type=packed)
    return out.getvalue()
