"""Captions as they are uploaded, made clean WebVTT (W3C, WebVTT: The Web Video Text Tracks Format).

WebVTT and SubRip are read by their lines with times; a cue's text ends with an empty line. Styles,
notes, regions and names of cues are left out: captions look alike for everybody, as a reader wants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from actors.content.caption_text import cleaned
from protocol.content.video_values import MAX_CAPTION_TEXT, MAX_DURATION_MS
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_CUES: Final = 20_000
"""One a second for nearly six hours."""
ARROW: Final = "-->"

_TIME = r"(?:([0-9]{1,3}):)?([0-5]?[0-9]):([0-5][0-9])[.,]([0-9]{3})"
_TIMES = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t]+(.*))?\s*")
_SHARE = r"(?:100(?:\.0{1,4})?|[0-9]{1,2}(?:\.[0-9]{1,4})?)%"
_SETTINGS: Final = {
    "vertical": re.compile("rl|lr"),
    "line": re.compile(rf"(?:-?[0-9]{{1,3}}|{_SHARE})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_SHARE}(?:,(?:line-left|center|line-right))?"),
    "size": re.compile(_SHARE),
    "align": re.compile("start|center|end|left|right"),
}
_SUBRIP_STYLE = re.compile(r"\{\\[^{}]{0,200}\}")
"""What some programs put into SubRip, such as `{\\an8}`."""


class Cue(NamedTuple):
    """When its text is shown, in milliseconds, and its settings as WebVTT writes them."""

    start: int
    end: int
    settings: str
    text: str


def captions(text: str) -> str:
    """Clean WebVTT of a WebVTT or SubRip text, its cues in the order of their beginning.

    At most `MAX_CAPTION_TEXT` characters both ways; takes up to a second of work: use a thread.
    Raises `ValidationError` of `text`, with the line for people.
    """
    if len(text) > MAX_CAPTION_TEXT:
        said = f"has at most {MAX_CAPTION_TEXT:,} characters"
        raise ValidationError.of("text", Rule.TOO_LONG, said, max=MAX_CAPTION_TEXT)
    written = written_as(sorted(cues(text), key=lambda cue: cue[:2]))
    if len(written) > MAX_CAPTION_TEXT:
        said = f"has more than {MAX_CAPTION_TEXT:,} characters as WebVTT"
        raise ValidationError.of("text", Rule.TOO_LONG, said, max=MAX_CAPTION_TEXT)
    return written


def cues(text: str) -> list[Cue]:
    """What a WebVTT or SubRip text says, in its order; at least one. Raises as `captions` does."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    subrip = not re.match(r"WEBVTT(?:[ \t]|$)", lines[0])
    if subrip:
        _check_subrip(lines)
    found: list[Cue] = []
    for cue in _read(lines, subrip=subrip):
        if len(found) == MAX_CUES:
            said = f"has at most {MAX_CUES:,} cues"
            raise ValidationError.of("text", Rule.TOO_MANY, said, max=MAX_CUES)
        found.append(cue)
    if not found:
        raise ValidationError.of("text", Rule.INVALID_FORMAT, "has no cue with words")
    return found


def written_as(found: list[Cue]) -> str:
    """WebVTT, which `cues` reads as the same."""
    blocks = [
        f"{_moment(cue.start)} --> {_moment(cue.end)}{cue.settings and ' ' + cue.settings}\n"
        f"{cue.text}\n"
        for cue in found
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _check_subrip(lines: list[str]) -> None:
    """It begins with a number, or with times."""
    first = next((line for line in lines if line.strip()), "")
    if ARROW not in first and not first.strip().isdecimal():
        said = "is neither WebVTT nor SubRip: it begins with neither WEBVTT nor a cue"
        raise ValidationError.of("text", Rule.INVALID_FORMAT, said)


def _read(lines: list[str], *, subrip: bool) -> Iterator[Cue]:
    """Those with words. All lines outside of cues are left out."""
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if ARROW not in line:
            continue
        start, end, settings = _times(line, at)
        first = at
        while at < len(lines) and lines[at].strip() and ARROW not in lines[at]:
            at += 1
        payload = lines[first:at]
        if subrip:
            payload = [
                _SUBRIP_STYLE.sub("", spoken) for spoken in _without_number(lines, first, at)
            ]
        text = cleaned("\n".join(payload))
        if text:
            yield Cue(start, end, settings, text)


def _without_number(lines: list[str], first: int, end: int) -> list[str]:
    """SubRip without empty lines has the number of the next cue right before its times."""
    payload = lines[first:end]
    if end < len(lines) and ARROW in lines[end] and payload and payload[-1].strip().isdecimal():
        return payload[:-1]
    return payload


def _times(line: str, number: int) -> tuple[int, int, str]:
    found = _TIMES.fullmatch(line)
    if found is None:
        said = f"has a line that is no times of a cue: line {number:,}"
        raise ValidationError.of("text", Rule.INVALID_FORMAT, said)
    start, end = (_milliseconds(*found.groups()[at : at + 4]) for at in (0, 4))
    if end <= start:
        said = f"has a cue that ends before it begins: line {number:,}"
        raise ValidationError.of("text", Rule.INVALID_FORMAT, said)
    if end > MAX_DURATION_MS:
        said = f"has a cue after the longest that a video may be: line {number:,}"
        raise ValidationError.of("text", Rule.INVALID_FORMAT, said)
    return start, end, _settings(found[9] or "")


def _milliseconds(hours: str | None, minutes: str, seconds: str, rest: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1_000 + int(rest)


def _settings(said: str) -> str:
    """Those that place a text, each once; the last one counts."""
    kept: dict[str, str] = {}
    for setting in said.split():
        name, _, value = setting.partition(":")
        if name in _SETTINGS and _SETTINGS[name].fullmatch(value):
            kept[name] = value
    return " ".join(f"{name}:{kept[name]}" for name in _SETTINGS if name in kept)


def _moment(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
