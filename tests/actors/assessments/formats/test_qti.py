"""Reading QTI: items of 2 and of 3, every interaction that is carried, and packages."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from actors.assessments.formats.qti.reader import parse_qti
from actors.assessments.formats.reading import QuestionFile
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

HALF = WHOLE // 2
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
GASES = """
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
  <correctResponse><value>B</value></correctResponse>
</responseDeclaration>
<itemBody>
  <p>Air is a <em>mixture</em>.</p>
  <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
    <prompt>Which gas is most of it?</prompt>
    <simpleChoice identifier="A">Oxygen<feedbackInline outcomeIdentifier="F" identifier="A"
      showHide="show">That is a fifth.</feedbackInline></simpleChoice>
    <simpleChoice identifier="B">N<sub>2</sub></simpleChoice>
  </choiceInteraction>
</itemBody>
<modalFeedback outcomeIdentifier="F" identifier="all" showHide="show">78 %</modalFeedback>
"""
SEVERAL = """
<responseDeclaration identifier="R" cardinality="multiple" baseType="identifier">
  <correctResponse><value>A</value><value>C</value></correctResponse>
  <mapping lowerBound="0" defaultValue="-1">
    <mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="C" mappedValue="1"/>
    <mapEntry mapKey="B" mappedValue="-2"/>
  </mapping>
</responseDeclaration>
<itemBody><choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>Which?</prompt>
  <simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice>
  <simpleChoice identifier="C">c</simpleChoice></choiceInteraction></itemBody>
"""
TRUTH = """
<responseDeclaration identifier="R" cardinality="single" baseType="identifier">
  <correctResponse><value>true</value></correctResponse></responseDeclaration>
<itemBody><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>It floats.</prompt>
  <simpleChoice identifier="true">True</simpleChoice>
  <simpleChoice identifier="false">False</simpleChoice></choiceInteraction></itemBody>
"""
ENTRIES = """
<responseDeclaration identifier="R1" cardinality="single" baseType="string">
  <correctResponse><value>Rhine</value></correctResponse>
  <mapping defaultValue="0"><mapEntry mapKey="Rhine" mappedValue="2"/>
    <mapEntry mapKey="Rhein" mappedValue="1"/></mapping></responseDeclaration>
<responseDeclaration identifier="R2" cardinality="single" baseType="float">
  <correctResponse><value>1233</value></correctResponse></responseDeclaration>
<responseDeclaration identifier="R3" cardinality="single" baseType="identifier">
  <correctResponse><value>n</value></correctResponse></responseDeclaration>
<itemBody><p>The <textEntryInteraction responseIdentifier="R1"/> is
  <textEntryInteraction responseIdentifier="R2"/> km long and flows into the
  <inlineChoiceInteraction responseIdentifier="R3"><inlineChoice identifier="b">Black Sea
  </inlineChoice><inlineChoice identifier="n">North Sea</inlineChoice></inlineChoiceInteraction>.
</p></itemBody>
"""
ALONE = """
<responseDeclaration identifier="R" cardinality="single" baseType="integer">
  <correctResponse><value>8</value></correctResponse></responseDeclaration>
<itemBody><p>Legs of a spider?</p><p><textEntryInteraction responseIdentifier="R"/></p></itemBody>
"""
ESSAY = """
<responseDeclaration identifier="R" cardinality="single" baseType="string"/>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="4"/>
<itemBody><rubricBlock view="scorer"><p>Look for reasons.</p></rubricBlock>
  <extendedTextInteraction responseIdentifier="R"><prompt>Why?</prompt></extendedTextInteraction>
</itemBody>
"""
PAIRS = """
<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">
  <correctResponse><value>f r</value><value>d b</value><value>l b</value></correctResponse>
</responseDeclaration>
<itemBody><matchInteraction responseIdentifier="R" maxAssociations="3">
  <prompt>Who eats what?</prompt>
  <simpleMatchSet>
    <simpleAssociableChoice identifier="f" matchMax="1">Fox</simpleAssociableChoice>
    <simpleAssociableChoice identifier="d" matchMax="1">Deer</simpleAssociableChoice>
    <simpleAssociableChoice identifier="l" matchMax="1">Lamb</simpleAssociableChoice>
  </simpleMatchSet>
  <simpleMatchSet>
    <simpleAssociableChoice identifier="r" matchMax="3">Rabbits</simpleAssociableChoice>
    <simpleAssociableChoice identifier="b" matchMax="3">Grass</simpleAssociableChoice>
    <simpleAssociableChoice identifier="s" matchMax="3">Sand</simpleAssociableChoice>
  </simpleMatchSet></matchInteraction></itemBody>
"""
GAPS = """
<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">
  <correctResponse><value>w G1</value><value>s G2</value></correctResponse></responseDeclaration>
<itemBody><gapMatchInteraction responseIdentifier="R"><prompt>Put the words back.</prompt>
  <gapText identifier="w" matchMax="1">warm</gapText><gapText identifier="s" matchMax="1">slow
  </gapText><gapText identifier="x" matchMax="1">red</gapText>
  <p>A <gap identifier="G1"/> day is <gap identifier="G2"/>.</p></gapMatchInteraction></itemBody>
"""
HOT = """
<responseDeclaration identifier="R" cardinality="single" baseType="identifier">
  <correctResponse><value>b</value></correctResponse></responseDeclaration>
<itemBody><hottextInteraction responseIdentifier="R" maxChoices="1">
  <prompt>Which is the verb?</prompt>
  <p>The <hottext identifier="a">cat</hottext> <hottext identifier="b">sleeps</hottext>.</p>
</hottextInteraction></itemBody>
"""
ORDER = """
<responseDeclaration identifier="R" cardinality="ordered" baseType="identifier">
  <correctResponse><value>b</value><value>a</value><value>c</value></correctResponse>
</responseDeclaration>
<itemBody><orderInteraction responseIdentifier="R"><prompt>From the Sun?</prompt>
  <simpleChoice identifier="a">Venus</simpleChoice>
  <simpleChoice identifier="b">Mercury</simpleChoice>
  <simpleChoice identifier="c">Mars</simpleChoice></orderInteraction></itemBody>
"""
TWO = f"""
<responseDeclaration identifier="R" cardinality="single" baseType="identifier">
  <correctResponse><value>true</value></correctResponse></responseDeclaration>
<responseDeclaration identifier="S" cardinality="single" baseType="string">
  <correctResponse><value>cork</value></correctResponse></responseDeclaration>
<itemBody><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>It floats.</prompt>
  <simpleChoice identifier="true">True</simpleChoice>
  <simpleChoice identifier="false">False</simpleChoice></choiceInteraction>
  <extendedTextInteraction responseIdentifier="S"><prompt>What is it?</prompt>
  </extendedTextInteraction></itemBody>
<responseProcessing template="{MATCH}"/>
"""


def item(inside: str, more: str = "") -> bytes:
    head = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="A title"'
    return f"<assessmentItem {head} {more}>{inside}</assessmentItem>".encode()


def version_3(data: bytes) -> bytes:
    """The same item in the writing of QTI 3."""
    html = {"p", "em", "sub", "div"}

    def hyphened(text: str) -> str:
        return re.sub(r"[A-Z]", lambda c: f"-{c[0].lower()}", text)

    def element(tag: re.Match[str]) -> str:
        return tag[0] if tag[2] in html else f"<{tag[1]}qti-{hyphened(tag[2])}"

    text = re.sub(r"<(/?)([a-zA-Z]+)", element, data.decode())
    return re.sub(r" ([a-zA-Z]+)=", lambda name: f" {hyphened(name[1])}=", text).encode()


def parse(data: bytes) -> QuestionFile:
    return parse_qti(data, lambda: "")


def package(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def refusal(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as error:
        parse(data)
    return [(each["code"], each["message"]) for each in error.value.details["fields"]]


@pytest.mark.parametrize("write", [bytes, version_3], ids=["2.2", "3"])
@pytest.mark.parametrize(
    ("inside", "text", "key"),
    [
        (GASES, "Air is a mixture.\nWhich gas is most of it?", ChoiceKey(correct=(1,))),
        (SEVERAL, "Which?", ChoiceKey(correct=(0, 2), weights=(HALF, -WHOLE, HALF))),
        (TRUTH, "It floats.", TrueFalseKey(value=True)),
        (
            ENTRIES,
            "The ____ is ____ km long and flows into the ____.",
            BlanksKey(
                blanks=(("Rhine",), (), ("North Sea",)),
                numbers=(None, (1233.0, 0.0), None),
                credits=((Credit(weight=HALF, text="Rhein"),), (), ()),
            ),
        ),
        (ALONE, "Legs of a spider?", NumericKey(answers=(AcceptedNumber(number=8.0),))),
        (ORDER, "From the Sun?", OrderingKey(items=("Mercury", "Venus", "Mars"))),
        (ESSAY, "Why?", EssayKey(guidance="Look for reasons.")),
        (
            PAIRS,
            "Who eats what?",
            MatchingKey(
                pairs=(("Fox", "Rabbits"), ("Deer", "Grass"), ("Lamb", "Grass")),
                distractors=("Sand",),
            ),
        ),
        (
            GAPS,
            "Put the words back.\nA ____ day is ____.",
            BlanksKey(blanks=(("warm",), ("slow",))),
        ),
        (HOT, "Which is the verb?\nThe cat sleeps.", ChoiceKey(correct=(1,))),
    ],
)
def test_each_interaction_is_read(write: type[bytes], inside: str, text: str, key: object) -> None:
    (read,) = parse(write(item(inside))).questions
    assert (read.question.text, read.question.key) == (text, key)


def test_texts_keep_how_they_look_and_feedback_explains() -> None:
    question = parse(item(GASES)).questions[0].question
    assert question.options == ("Oxygen", "N₂")
    assert question.explanation == "Oxygen: That is a fifth.\n78 %"
    assert question.formats is not None
    assert question.formats.options[1].html == "N<sub>2</sub>"
    assert (question.multiple, question.points) == (False, 1)


def test_a_text_that_several_items_share_is_missed_aloud() -> None:
    shared = '<assessmentStimulusRef identifier="S" href="story.xml"/>'
    assert "line 1: imported without the text that stands beside it (a shared stimulus)" in (
        parse(item(shared + GASES)).skipped
    )


def test_points_are_those_that_are_declared_or_mapped() -> None:
    assert parse(item(ESSAY)).questions[0].question.points == 4
    assert parse(item(SEVERAL)).questions[0].question.points == 2


def test_an_item_with_several_questions_becomes_as_many() -> None:
    file = parse(item(TWO))
    first, second = (read.question for read in file.questions)
    assert (first.text, first.type) == ("It floats.", QuestionType.TRUE_FALSE)
    assert (second.text, second.key) == (
        "What is it?",
        TextKey(accepted=("cork",), case_sensitive=True),
    )
    assert file.skipped == (
        "line 1: titles are not kept (1)",
        *["line 1: imported without its being one question (there are several in it)"] * 2,
    )


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<itemBody><p>Only a text</p></itemBody>", "nothing to answer"),
        ("", "nothing to answer"),
        (
            "<itemBody><associateInteraction responseIdentifier='R'/></itemBody>",
            "questions of the kind 'associateInteraction' are not carried over",
        ),
        (
            "<templateDeclaration identifier='x'/>" + TRUTH,
            "its values are computed for each attempt",
        ),
        (TRUTH.replace("<value>true</value>", ""), "there is no right answer in it"),
        (PAIRS.replace("<value>l b</value>", ""), "a prompt has no match"),
        (PAIRS.replace("l b", "l q"), "names something that is not there"),
        (SEVERAL.replace('"-2"', '"NaN"'), "a number is too large"),
        (ENTRIES.replace("1233", "long"), "is no number"),
    ],
)
def test_an_item_that_cannot_be_taken_says_why(inside: str, reason: str) -> None:
    ((code, message), *_) = refusal(item(inside))
    assert code == "NOT_IMPORTED"
    assert reason in message


def test_its_own_rules_of_scoring_and_steps_are_named() -> None:
    rules = "<responseProcessing><responseCondition/></responseProcessing>"
    file = parse(item(TRUTH + rules, 'adaptive="true"'))
    assert file.skipped[1] == (
        "line 1: imported without its steps (it is adaptive),"
        " its own rules of scoring (right is what it declares)"
    )


MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
<resource identifier="a" type="imsqti_item_xmlv2p2" href="items/a.xml"/>
<resource identifier="b" type="imsqti_item_xmlv2p2" href="items/b%20b.xml"/>
<resource identifier="c" type="imsqti_item_xmlv2p2" href="items/gone.xml"/>
{test}</resources></manifest>"""
TEST = """<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"><testPart>
<assessmentSection><assessmentItemRef href="../items/b%20b.xml"/></assessmentSection></testPart>
</assessmentTest>"""


def texts(file: QuestionFile) -> list[str]:
    return [read.question.text for read in file.questions]


def test_a_package_is_read_in_the_order_of_its_test() -> None:
    pictured = item(TRUTH.replace("It floats.", '<img src="../pics/a.png" alt="A cork"/> Floats?'))
    listed = '<resource type="imsqti_test_xmlv2p2" href="tests/t.xml"/>'
    files = {
        "imsmanifest.xml": MANIFEST.format(test=listed).encode(),
        "items/a.xml": item(ALONE),
        "items/b b.xml": pictured,
        "tests/t.xml": TEST.encode(),
        "pics/a.png": b"\x89PNG",
    }
    file = parse(package(files))
    assert texts(file) == ["Floats?", "Legs of a spider?"]
    first = file.questions[0]
    assert first.picture is not None
    assert (first.picture.name, first.picture.data) == ("a.png", b"\x89PNG")
    assert first.question.media_alt == "A cork"
    assert file.skipped[-1] == "line 3: items/gone.xml is not in the package"
    unlisted = {**files, "imsmanifest.xml": MANIFEST.format(test="").encode()}
    assert texts(parse(package(unlisted))) == ["Legs of a spider?", "Floats?"]
    del unlisted["imsmanifest.xml"]
    assert texts(parse(package(unlisted))) == ["Legs of a spider?", "Floats?"]


def test_one_damaged_item_costs_no_more_than_itself() -> None:
    file = parse(package({"a.xml": item(ALONE), "b.xml": item(TRUTH)[:-9]}))
    assert texts(file) == ["Legs of a spider?"]
    assert file.skipped[-1].startswith("line 2: b.xml is no well-formed XML")


def test_one_hostile_item_costs_the_whole_package() -> None:
    hostile = b'<!DOCTYPE x [<!ENTITY a "b">]>' + item(TRUTH)
    assert refusal(package({"a.xml": item(ALONE), "b.xml": hostile}))[0][0] == "NOT_ALLOWED"


def test_a_picture_that_is_not_in_the_package_is_named() -> None:
    pictured = item(TRUTH.replace("It floats.", '<img src="../../../a.png" alt="A"/> Floats?'))
    file = parse(package({"a.xml": pictured}))
    assert file.questions[0].picture is None
    assert "a picture that is not in the package" in file.skipped[-1]
