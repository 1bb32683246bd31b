"""Texts of GIFT files in each of Moodle's formats: what is kept, how it is shown, what is named."""

from __future__ import annotations

import pytest

from actors.assessments.formatting import MAX_BRACKETS, TOO_LONG, UNCLOSED
from actors.markup import MAX_HTML
from protocol.assessments.formats import (
    MAX_FORMATTED,
    MAX_FORMATTED_OPTION,
    Formats,
    Formatted,
    TextFormat,
)
from protocol.assessments.quizzes import BlanksKey, MatchingKey, Question, TextKey
from tests.actors.assessments.formats.test_gift import one, parse, refusal

HTML, MARKDOWN, MOODLE, PLAIN = (
    TextFormat.HTML,
    TextFormat.MARKDOWN,
    TextFormat.MOODLE,
    TextFormat.PLAIN,
)


def escaped(text: str) -> str:
    return text.replace("=", "\\=").replace(":", "\\:").replace("#", "\\#")


def formats(question: Question) -> Formats:
    assert question.formats is not None
    return question.formats


def html(text: str) -> str | None:
    """How a question is shown that has this text."""
    question = one(f"{escaped(text)}{{T}}")
    shown = question.formats and question.formats.text
    return shown.html if shown else None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[html]2<sup>5</sup>?", "2⁵?"),
        ("2<sup>5</sup>?", "2⁵?"),
        ("H<sub>2</sub>O and x<sub>max</sub>", "H₂O and x_(max)"),
        ("x<sup>n</sup>y<sup>a</sup>z<sup>a+b</sup>", "xⁿy^az^(a+b)"),
        ("<h2>One</h2>two<ul><li>a<li>b</ul>", "One\ntwo\na\nb"),
        ("[html]<h2>One</h2>two\n<ul><li>a</li>\n<li>b\nc</ul>", "One\ntwo\na\nb c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('Look: <img src="x.png" alt="a &lt;b&gt; cell">', "Look: a <b> cell"),
        ('<a href="https://a.example/?x=1&amp;y">Here</a>', "Here (https://a.example/?x=1&y)"),
        ("5 < 7 && a<b, AT&T, &lt;tag&gt; &copy", "5 < 7 && a<b, AT&T, <tag> &copy"),
        ("5 < 7 && a<b, AT&T <b>c</b> &copy", "5 < 7 && a<b, AT&T c &copy"),
        ("[plain]<b>x</b> &lt;", "<b>x</b> &lt;"),
        ("[html]$$x<y$$ and $$a>b$$", "$$x<y$$ and $$a>b$$"),
        ("[html]<p>for (i=0;i<n;i++) x</p>", "for (i=0;i<n;i++) x"),
        ("[html]<p>x</p> if a<b then c", "x\nif a<b then c"),
        ("[html]<p>a<o:p></o:p></p>x</y$>z", "a\nx</y$>z"),
        ("<sup>1<sup>2</sup></sup><sub>3", "1²3"),
        ("<p>a<o:p></o:p><!-- b --></p>", "a"),
        ("Is <math alttext='x^2'><mi>x</mi></math> even?", "Is x^2 even?"),
        ("[markdown]# Is *5 < 7*?\n- a\n- 2<sup>5</sup>", "Is 5 < 7?\na\n2⁵"),
        ("one\ntwo", "one\ntwo"),
        ("[html] <p>a</p>\\n  <pre>if x:\\n  y\\n\tz\\n  \\n</pre> b", "a\nif x:\n  y\n    z\nb"),
        ("[markdown]a\\n\\n    if x:\\n        y\\n", "a\nif x:\n    y"),
        ("<center>One</center>two <b>x</b>", "One\ntwo x"),
        (
            "[html]<main>a</main><form>b</form><details><summary>c</summary>d</details>",
            "a\nb\nc\nd",
        ),
        ("[html]<select><option>1</option><option>2</option></select>", "1\n2"),
        (
            "<a href='https://a.example/?x&amp;y'>https://a.example/?x&y</a>",
            "https://a.example/?x&y",
        ),
        ("[markdown]<https://a.example>", "https://a.example"),
        ("Hear<audio><source src='x'>@@PLUGINFILE@@/a.mp3</audio>it", "Hear a.mp3 it"),
    ],
)
def test_every_format_has_a_plain_text_that_says_the_same(text: str, shown: str) -> None:
    assert one(f"{escaped(text)}{{T}}").text == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2<sup>5</sup>?", "2<sup>5</sup>?"),
        ("[html]<p>2<sup>5</sup>?</p>", "2<sup>5</sup>?"),
        ("[html]<p>One</p><p>two</p>", "<p>One</p><p>two</p>"),
        ("[html]<p>only words &amp; signs</p>", None),
        ("only words &amp; signs", None),
        ("[plain]<b>x</b>", None),
        ("<center>One</center>two", "<div>One</div>two"),
        ("[html]<section>a</section><address>b</address>c", "<div>a</div><div>b</div>c"),
        ("[html]<aside dir='rtl'>a</aside><nav>b</nav>c", "<div>a</div><div>b</div>c"),
        ("[markdown]no more than words", None),
        ("[markdown]*5 < 7*", "<em>5 &lt; 7</em>"),
        (
            "[markdown]|a|b|\n|-|-|\n|1|2|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
            "<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
        ),
        ("[markdown]<b onclick=x>1</b> <script>2</script>3", "<b>1</b> 3"),
        ("a<b and <b>c</b>\nd & e", "a&lt;b and <b>c</b><br>d &amp; e"),
        ("<h2>One</h2>\ntwo\n<ul>\n<li>a</li>\n</ul>", None),
        (
            '<a href="https://a.example/">Here</a>',
            '<a href="https://a.example/" target="_blank" rel="noopener noreferrer">Here</a>',
        ),
        (
            '<a href="/logout">a</a><a href="javascript:b">b</a>',
            '<a target="_blank" rel="noopener noreferrer">a</a>'
            '<a target="_blank" rel="noopener noreferrer">b</a>',
        ),
        ("<img src='https://x' alt='A & B'> <b>c</b>", "A &amp; B <b>c</b>"),
        (
            "<b>x</b><math><annotation encoding='application/x-tex'>\\\\frac</annotation></math>",
            "<b>x</b>\\frac",
        ),
        ("<p dir='rtl' style='text-align: right' class='x' id='y'>a</p>", '<p dir="rtl">a</p>'),
    ],
)
def test_what_words_look_like_is_kept_as_harmless_html(text: str, shown: str | None) -> None:
    if text.startswith("<h2>"):
        shown = "<h2>One</h2>\ntwo\n<ul>\n<li>a</li>\n</ul>"
    assert html(text) == shown


def test_the_source_is_kept_where_it_is_not_what_is_shown() -> None:
    text = formats(one("[markdown]**5**{T}")).text
    assert text == Formatted(format=MARKDOWN, html="<strong>5</strong>", source="**5**")
    text = formats(one("<b>5</b>\n6{T}")).text
    assert text == Formatted(format=MOODLE, html="<b>5</b><br>6", source="<b>5</b>\n6")
    text = formats(one("[html]<b onclick\\='x'>5</b>{T}")).text
    assert text == Formatted(format=HTML, html="<b>5</b>")


def test_options_are_all_shown_as_html_or_none_of_them() -> None:
    question = one("Q{=10<sup>3</sup> ~[plain]<2> ~[markdown]*3* ~1\\n2}")
    assert question.options == ("10³", "<2>", "3", "1\n2")
    assert formats(question).options == (
        Formatted(format=MOODLE, html="10<sup>3</sup>", source="10<sup>3</sup>"),
        Formatted(format=PLAIN, html="&lt;2&gt;"),
        Formatted(format=MARKDOWN, html="<em>3</em>", source="*3*"),
        Formatted(format=PLAIN, html="1<br>2"),
    )
    assert one("Q{=10 ~20}").formats is None


def test_a_format_of_the_question_is_that_of_its_answers_and_feedback() -> None:
    question = one("[markdown]Which?{=*a*#Yes, **a** ~b#[html]No, <i>b</i> ~c#[plain]*c*####*All*}")
    assert [option.html for option in formats(question).options] == ["<em>a</em>", "b", "c"]
    assert question.explanation == "Yes, a\nb: No, b\nc: *c*\nAll"
    assert formats(question).explanation == Formatted(
        format=HTML,
        html=(
            "<div>Yes, <strong>a</strong></div><div>b: No, <i>b</i></div>"
            "<div>c: *c*</div><div><em>All</em></div>"
        ),
    )


def test_a_lone_feedback_keeps_its_own_format() -> None:
    assert formats(one("Q{T#[markdown]*a*}")).explanation == Formatted(
        format=MARKDOWN, html="<em>a</em>", source="*a*"
    )


def test_an_option_is_a_button_and_so_has_no_link_in_it() -> None:
    question = one("Q{=<a href\\='https\\://a.example'><b>a</b></a> ~b}")
    assert question.options[0] == "a (https://a.example)"
    assert formats(question).options[0].html == "<b>a</b> (https://a.example)"


def test_prompts_are_formatted_and_matches_plain_as_in_moodle() -> None:
    question = one("Q{=H<sub>2</sub>O -> <b>water</b> =CO -> gas =O -> air}")
    assert question.key == MatchingKey(pairs=(("H₂O", "water"), ("CO", "gas"), ("O", "air")))
    assert [p.html for p in formats(question).prompts] == ["H<sub>2</sub>O", "CO", "O"]


def test_typed_answers_are_compared_as_plain_text() -> None:
    assert one("[html]Q{=10<sup>3</sup>}").key == TextKey(accepted=("10³",))
    assert one("[markdown]Q{=*a*}").key == TextKey(accepted=("a",))


@pytest.mark.parametrize("prefix", ["", "[html]", "[markdown]"])
def test_a_blank_stands_in_the_formatted_text_too(prefix: str) -> None:
    question = one(f"{prefix}<p>Water is <b>{{=wet}}</b> today.</p>")
    assert isinstance(question.key, BlanksKey)
    assert question.text == "Water is ____ today."
    shown = formats(question).text
    assert shown is not None
    assert shown.html.count("____") == 1


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("a <b>b</b> c{T}", ""),
        ("a <font color\\='red'>b</font> c{T}", "styles"),
        ("a <span style\\='color\\: red'>b</span> c{T}", "styles"),
        ("a <span style\\='display\\: none'>b</span>{T}", "styles"),
        ("a <img alt\\='x' data-mathml\\='\u00abmath\u00bb'>{T}", "pictures"),
        ("a{T##<img src\\='x'>}", "pictures"),
        ("<audio src\\='x'></audio>a{=b ~c<video></video>}", "recordings"),
        ("[html]<iframe></iframe>a <em>x</em>{=b}", "embedded pages"),
        ("a<script>b</script>{=b}", "scripts"),
        ("[markdown]![a](b.png) c{T}", "pictures"),
        ("<img src\\='data\\:image/png;base64," + "iVBOR" * 30_000 + "\\=\\='> c{T}", "pictures"),
        ("<img src\\='x' alt\\='" + "a" * 6_000 + "'> c{T}", "pictures"),
        (
            "[html]a <form><input></form><fieldset><o-x>b</o-x>{T}",
            "HTML elements (form, input, o-x)",
        ),
        ("[markdown]a <button>b</button>{T}", "HTML elements (button)"),
        ("[html]<html><body><label>a</label></body>{T}", ""),
        ("a <a href\\='@@PLUGINFILE@@/x.pdf'>b</a>{T}", "links into another site"),
        ("a <a href\\='/mod/page'>b</a>{T}", "links into another site"),
        ("a <a name\\='b'>b</a> <a href\\='mailto\\:a@a.example'>c</a>{T}", ""),
        ("a <table bgcolor\\='red'><tr><td>b</table>{T}", "styles"),
        ("a <ul><li>b<li>c</ul>{T}", ""),
        ("[html]a<!-- <xml><o-x> -->{T}", ""),
        ("[html]<video><source src\\='x'><track></video>a{T}", "recordings"),
        (
            "[html]<math alttext\\='x'><mi>x</mi></math>?{T}",
            "formulas in MathML (their text is kept)",
        ),
        ("What does <p> do?{T}", UNCLOSED),
        ("Q{=one <i> ~two}", UNCLOSED),
        ("<b>" + "ab " * (MAX_FORMATTED // 3) + "</b>{T}", TOO_LONG),
        ("Q{=<b>" + "a" * MAX_FORMATTED_OPTION + "</b> ~b}", TOO_LONG),
        (
            "Q{=a#<b>" + "a" * (MAX_FORMATTED // 2) + "</b> ~b#" + "c" * MAX_FORMATTED + "}",
            TOO_LONG,
        ),
        ("::What is 2+2?::{#4}", "a text of its own (its title was taken)"),
    ],
)
def test_what_is_not_kept_is_named(text: str, lost: str) -> None:
    file = parse(f"A{{T}}\n\n{text}")
    assert len(file.questions) == 2
    notes = [n.partition("imported without ")[2] for n in file.skipped if "imported" in n]
    assert notes == ([lost] if lost else [])


def test_a_text_out_of_bounds_is_refused_before_it_is_parsed() -> None:
    assert refusal("[html]<b>" + "a" * MAX_HTML + "{T}") == [
        f"line 1: a text must be at most {MAX_HTML} characters"
    ]
    assert refusal("[html]" + "<a$" * (MAX_HTML // 4) + "{T}") == [
        f"line 1: a text must be at most {MAX_HTML} characters"
    ]
    assert refusal("[markdown]" + "a" * (MAX_FORMATTED + 1) + "{T}") == [
        f"line 1: a text must be at most {MAX_FORMATTED} characters of Markdown"
    ]
    assert refusal("Q<math>" + "<math>" * 8_000 + "{T}")[0].startswith("line 1: a text must")


def test_the_brackets_of_markdown_are_bounded_in_the_whole_file() -> None:
    question = "[markdown]" + "![" * (MAX_BRACKETS // 4) + "{T}\n\n"
    file = parse(question * 5 + "[html]" + "[" * MAX_BRACKETS + "{T}\n\n")
    assert [read.line for read in file.questions] == [1, 3, 5, 7, 11]
    assert file.skipped == (
        f"line 9: a text is too much Markdown: all texts have over {MAX_BRACKETS} [",
    )


def test_the_title_is_asked_where_nothing_else_is() -> None:
    assert one("::What is 2+2?:: {#4}").text == "What is 2+2?"
