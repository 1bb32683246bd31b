"""The rules of tags: two that people would call the same are one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actors.fields import Fields
from protocol.assessments.tags import MAX_TAG, MAX_TAGGED, MAX_TAGS, TagQuestions
from protocol.errors import ValidationError
from protocol.ids import canonical
from protocol.records.assessments import Retag
from protocol.searching import search_key
from protocol.validation import Rule


def clean_tags(fields: Fields, at: str, given: Sequence[str]) -> tuple[str, ...]:
    """In the order in which they came, each once. Problems are recorded in `fields`."""
    if len(given) > MAX_TAGS:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_TAGS}", max=MAX_TAGS)
        return ()
    before = len(fields.problems)
    clean = [_clean(fields, f"{at}[{n}]", tag) for n, tag in enumerate(given)]
    return distinct(clean) if len(fields.problems) == before else ()


def _clean(fields: Fields, at: str, tag: str) -> str:
    """People write several with commas between them."""
    clean = fields.line(at, tag, most=MAX_TAG)
    if "," in clean:
        fields.wrong(at, Rule.INVALID_CHARACTERS, "must not contain a comma")
    return clean


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """The first of those that are written alike but for case and signs."""
    known: dict[str, str] = {}
    for tag in tags:
        known.setdefault(search_key(tag), tag)
    return tuple(known.values())


def tags_of_file(given: Iterable[str]) -> tuple[str, ...]:
    """Those that a question may have, of what a file says; the others are left out."""
    clean = []
    for tag in given:
        fields = Fields()
        line = _clean(fields, "tag", tag)
        if not fields.problems:
            clean.append(line)
    return distinct(clean)[:MAX_TAGS]


def chosen(command: TagQuestions) -> tuple[str, ...]:
    """The ids of the questions. Raises `ValidationError` for none, too many, or one named twice."""
    ids, fields = tuple(map(canonical, command.question_ids)), Fields()
    if not ids:
        fields.wrong("questionIds", Rule.REQUIRED, "must name a question")
    elif len(ids) > MAX_TAGGED:
        said = f"must be at most {MAX_TAGGED}"
        fields.wrong("questionIds", Rule.TOO_MANY, said, max=MAX_TAGGED)
    elif len(set(ids)) < len(ids):
        fields.wrong("questionIds", Rule.DUPLICATE, "names one twice")
    fields.check()
    return ids


def retag(command: TagQuestions) -> Retag:
    """What becomes of the tags of each question. Raises `ValidationError`, now and then."""
    fields = Fields()
    added = clean_tags(fields, "add", command.add)
    removed = {search_key(tag) for tag in clean_tags(fields, "remove", command.remove)}
    fields.check()
    if not (added or removed):
        raise ValidationError.of("add", Rule.NO_CHANGE, "must add or remove a tag")

    def changed(tags: tuple[str, ...]) -> tuple[str, ...]:
        kept = [tag for tag in tags if search_key(tag) not in removed]
        after = distinct((*kept, *added))
        if len(after) > MAX_TAGS:
            said = f"a question has at most {MAX_TAGS}"
            raise ValidationError.of("add", Rule.TOO_MANY, said, max=MAX_TAGS)
        return after

    return changed
