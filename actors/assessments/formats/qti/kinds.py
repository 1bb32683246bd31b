"""QTI's interactions, and how each is read. A new kind of question of ours gets its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from actors.assessments.formats.keys import Answer, Read, choice, matching
from actors.assessments.formats.qti import on_pictures
from actors.assessments.formats.qti.body import Resolve, as_html, is_alone
from actors.assessments.formats.qti.declarations import Declared, declared, few, number
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.texts import FileText, Texts
from actors.assessments.formats.trees import Element
from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import (
    ROUNDING,
    WHOLE,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    NumericKey,
    OrderingKey,
    QuestionType,
    TextKey,
    TrueFalseKey,
)

CHOICES: Final = "the choices of its gaps (answers are written instead)"
CASES: Final = "that case matters in gaps"
PARTS: Final = "what pairs are worth each"
SLIDER: Final = "its slider (the number is written instead)"
NO_KEY: Final = "there is no right answer in it"


class Item(NamedTuple):
    """An item, its interactions, its texts, and what our own comment says of the key."""

    root: Element
    body: Element
    found: list[Element]
    texts: Texts
    known: AnswerKey | None
    resolve: Resolve = lambda _: None


def _choice(item: Item) -> Read:
    interaction = item.found[0]
    response = declared(item.root, interaction)
    choices = few(interaction.all("simpleChoice"))
    names = [each.attributes.get("identifier", "") for each in choices]
    answers = [_answer(each, response, item.texts) for each in choices]
    if _is_truth(names, answers):
        right = [name.lower() for name in names if response.weight(name) > 0]
        if len(right) == 1:
            return Read(QuestionType.TRUE_FALSE, TrueFalseKey(value=right[0] == "true"))
    if isinstance(item.known, ChoiceKey):
        return choice(answers, single=not response.several, known=item.known)
    if not response.entries:
        correct = tuple(n for n, name in enumerate(names) if name in response.correct)
        if not correct:
            raise Refused(NO_KEY)
        key = ChoiceKey(correct=correct)
        return choice(answers, single=not response.several, known=key)
    return choice(answers, single=not response.several)


def _is_truth(names: list[str], answers: list[Answer]) -> bool:
    """Whether the choices are called true and false, and say so."""
    said = [answer.text.strip().lower() for answer in answers]
    return sorted(map(str.lower, names)) == ["false", "true"] and said == list(
        map(str.lower, names)
    )


def _answer(element: Element, response: Declared, texts: Texts) -> Answer:
    shown = texts.short(as_html(element), TextFormat.HTML)
    said = [
        texts.long(as_html(each), TextFormat.HTML) for each in few(element.all("feedbackInline"))
    ]
    weight = response.weight(element.attributes.get("identifier", ""))
    return Answer("=", weight, shown, texts.joined(said))


def _hottext(item: Item) -> Read:
    """Words of the text that are chosen."""
    interaction = item.found[0]
    response = declared(item.root, interaction)
    words = few([each for each in interaction.walk() if each.tag == "hottext"])
    answers = [_answer(each, response, item.texts) for each in words]
    right = tuple(n for n, answer in enumerate(answers) if answer.weight > 0)
    if not right:
        raise Refused(NO_KEY)
    known = None if response.entries else ChoiceKey(correct=right)
    return choice(answers, single=not response.several, known=known)


def _slider(item: Item) -> Read:
    item.texts.lost[SLIDER] = None
    return _typed(declared(item.root, item.found[0]))


def _order(item: Item) -> Read:
    interaction = item.found[0]
    response = declared(item.root, interaction)
    names = _names(few(interaction.all("simpleChoice")), item.texts)
    if not response.correct:
        raise Refused(NO_KEY)
    if sorted(response.correct) != sorted(names):
        raise Refused("its right order does not name each item once")
    items = tuple(names[name] for name in response.correct)
    return Read(QuestionType.ORDERING, OrderingKey(items=items))


def _typed(response: Declared) -> Read:
    """What is written alone: a text, or a number. Raises `Refused`."""
    key = _text_key(response)
    if key.number is None:
        return Read(QuestionType.SHORT_ANSWER, key)
    others = (
        AcceptedNumber(weight=credit.weight, number=credit.number)
        for credit in key.credits
        if credit.number is not None
    )
    answers = (AcceptedNumber(number=key.number), *others)
    return Read(QuestionType.NUMERIC, NumericKey(answers=answers))


def _extended(item: Item) -> Read:
    response = declared(item.root, item.found[0])
    if response.correct or response.entries:
        return Read(QuestionType.SHORT_ANSWER, _text_key(response))
    rubrics = [
        each
        for each in item.body.walk()
        if each.tag == "rubricBlock" and "scorer" in each.attributes.get("view", "")
    ]
    guidance = item.texts.joined(
        item.texts.long(as_html(each), TextFormat.HTML) for each in few(rubrics)
    )
    return Read(QuestionType.ESSAY, EssayKey(guidance=guidance.plain))


def _entries(item: Item) -> Read:
    if len(item.found) == 1 and is_alone(item.body, item.found[0]):
        return _typed(declared(item.root, item.found[0]))
    keys = [_gap_key(item, interaction) for interaction in item.found]
    return Read(QuestionType.FILL_BLANK, _together(keys))


def _gap_key(item: Item, interaction: Element) -> TextKey:
    response = declared(item.root, interaction)
    if interaction.tag == "textEntryInteraction":
        key = _text_key(response)
        if any(entry.cased for entry in response.entries):
            item.texts.lost[CASES] = None
        return key
    item.texts.lost[CHOICES] = None
    names = {
        each.attributes.get("identifier", ""): item.texts.short(
            as_html(each), TextFormat.HTML
        ).plain
        for each in few(interaction.all("inlineChoice"))
    }
    return _chosen(names, {name: response.weight(name) for name in names})


def _names(choices: list[Element], texts: Texts) -> dict[str, str]:
    """The words of choices by their identifiers."""
    return {
        each.attributes.get("identifier", ""): texts.short(as_html(each), TextFormat.HTML).plain
        for each in choices
    }


def _chosen(names: Mapping[str, str], weights: Mapping[str, int]) -> TextKey:
    """What is chosen from a list as what is written. Raises `Refused`."""
    right = tuple(names[name] for name, weight in weights.items() if weight >= WHOLE - ROUNDING)
    if not right:
        raise Refused(NO_KEY)
    parts = ((names[name], weight) for name, weight in weights.items())
    credits_ = (Credit(weight=w, text=text) for text, w in parts if 0 < w < WHOLE - ROUNDING)
    return TextKey(accepted=right, credits=tuple(credits_))


def _gap_match(item: Item) -> Read:
    interaction = item.found[0]
    item.texts.lost[CHOICES] = None
    response = declared(item.root, interaction)
    names = {
        each.attributes.get("identifier", ""): item.texts.short(
            as_html(each), TextFormat.HTML
        ).plain
        for each in few(interaction.all("gapText"))
    }
    gaps = few([each for each in interaction.walk() if each.tag == "gap"])
    keys = []
    for gap in gaps:
        place = gap.attributes.get("identifier", "")
        keys.append(
            _chosen(names, {n: WHOLE * (f"{n} {place}" in response.correct) for n in names})
        )
    if not keys:
        raise Refused("there is no gap in its text")
    return Read(QuestionType.FILL_BLANK, _together(keys))


def _match(item: Item) -> Read:
    interaction = item.found[0]
    response = declared(item.root, interaction)
    if len({entry.weight for entry in response.entries if entry.weight > 0}) > 1:
        item.texts.lost[PARTS] = None
    sets = interaction.all("simpleMatchSet")
    if len(sets) != 2:
        raise Refused("there are not two lists to match")
    left, right = (_associable(each, item.texts) for each in sets)
    given = [tuple(pair.split()) for pair in response.correct]
    pairs = [(pair[0], pair[1]) for pair in given if len(pair) == 2]
    if len({first for first, _ in pairs}) < len(pairs):
        left, right, pairs = right, left, [(second, first) for first, second in pairs]
    if len({first for first, _ in pairs}) < len(pairs) or not pairs:
        raise Refused("a prompt has more than one match" if pairs else NO_KEY)
    matches = dict(pairs)
    if not matches.keys() <= left.keys() or not set(matches.values()) <= right.keys():
        raise Refused("a pair names something that is not there")
    if len(matches) < len(left):
        raise Refused("a prompt has no match")
    unused = [name for name in right if name not in matches.values()]
    found = [(shown, right[matches[name]].plain) for name, shown in left.items()]
    return matching([*found, *((FileText(), right[name].plain) for name in unused)])


def _associable(element: Element, texts: Texts) -> dict[str, FileText]:
    return {
        each.attributes.get("identifier", ""): texts.short(as_html(each), TextFormat.HTML)
        for each in few(element.all("simpleAssociableChoice"))
    }


def _on_picture(item: Item) -> Read:
    interaction = item.found[0]
    response = declared(item.root, interaction)
    size = on_pictures.size_in(interaction, item.resolve)
    match interaction.tag:
        case "hotspotInteraction":
            key = on_pictures.chosen(interaction, response, size)
        case "selectPointInteraction":
            key = on_pictures.pointed(interaction, item.root, response, size)
        case _:
            key = on_pictures.labelled(interaction, response, size)
    return Read(QuestionType.HOTSPOT, key)


def _text_key(response: Declared) -> TextKey:
    """Raises `Refused`."""
    weights = {entry.value: entry.weight for entry in response.entries}
    weights.update({value: WHOLE for value in response.correct if value not in weights})
    full = [value for value, weight in weights.items() if weight >= WHOLE - ROUNDING]
    parts = [(value, w) for value, w in weights.items() if 0 < w < WHOLE - ROUNDING]
    if not full:
        raise Refused(NO_KEY)
    if response.base in ("integer", "float"):
        shown, *others = [number(value) for value in full]
        credits_ = [Credit(weight=WHOLE, number=each) for each in others]
        credits_ += [Credit(weight=weight, number=number(value)) for value, weight in parts]
        return TextKey(number=shown, credits=tuple(credits_))
    return TextKey(
        accepted=tuple(full),
        case_sensitive=any(entry.cased for entry in response.entries) or not response.entries,
        credits=tuple(Credit(weight=weight, text=value) for value, weight in parts),
    )


def _together(keys: list[TextKey]) -> BlanksKey:
    numbers = tuple(None if key.number is None else (key.number, key.tolerance) for key in keys)
    credits_ = tuple(key.credits for key in keys)
    return BlanksKey(
        blanks=tuple(key.accepted for key in keys),
        numbers=numbers if any(each is not None for each in numbers) else (),
        credits=credits_ if any(credits_) else (),
    )


KINDS: Final[Mapping[str, Callable[[Item], Read]]] = {
    "choiceInteraction": _choice,
    "extendedTextInteraction": _extended,
    "textEntryInteraction": _entries,
    "inlineChoiceInteraction": _entries,
    "gapMatchInteraction": _gap_match,
    "matchInteraction": _match,
    "hottextInteraction": _hottext,
    "sliderInteraction": _slider,
    "orderInteraction": _order,
    **dict.fromkeys(sorted(on_pictures.ON_PICTURES), _on_picture),
}
"""What is not here is reported with its name: associate, upload, drawing and others."""
MIXED: Final = frozenset(["textEntryInteraction", "inlineChoiceInteraction"])
"""Those of which one question may have several."""
BESIDE: Final = {
    "endAttemptInteraction": "its button for a hint",
    "mediaInteraction": "recordings",
}
"""What asks nothing where it stands beside a question."""
