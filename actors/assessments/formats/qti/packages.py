"""Packages: which items there are, in which order, and what lies beside them."""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import unquote

from actors.assessments.formats.archives import Archive
from actors.assessments.formats.qti.names import as_version_2
from actors.assessments.formats.reading import Check
from actors.assessments.formats.trees import Element, parse
from protocol.pictures import MAX_PICTURE_BYTES

MANIFEST: Final = "imsmanifest.xml"
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?(?:assessmentItem|qti-assessment-item)[\s>]")
_RESOURCE: Final = re.compile(r"imsqti_(item|test)_xml", re.IGNORECASE)


def item_names(archive: Archive, check: Check) -> list[str]:
    """The names of the items: in the order of the test, of the manifest, or of the alphabet."""
    manifests = [name for name in archive.names if posixpath.basename(name) == MANIFEST]
    if not manifests:
        names = sorted(name for name in archive.names if name.lower().endswith(".xml"))
        return [name for name in names if _is_item(archive.read(name), check)]
    manifest = min(manifests, key=len)
    root = as_version_2(parse(archive.read(manifest), check, name=manifest))
    listed: dict[str, list[str]] = {"item": [], "test": []}
    for resource in root.walk():
        kind = _RESOURCE.match(resource.attributes.get("type", ""))
        if resource.tag == "resource" and kind is not None:
            listed[kind[1].lower()].append(_within(manifest, resource.attributes.get("href", "")))
    ordered = [
        name
        for test in dict.fromkeys(listed["test"])
        if test in archive.names
        for name in _references(test, as_version_2(parse(archive.read(test), check, name=test)))
    ]
    return list(dict.fromkeys((*ordered, *listed["item"])))


def _references(test: str, root: Element) -> list[str]:
    refs = (each for each in root.walk() if each.tag == "assessmentItemRef")
    return [_within(test, each.attributes.get("href", "")) for each in refs]


def _is_item(data: bytes, check: Check) -> bool:
    check()
    return _ROOT.search(data) is not None


def _within(base: str, href: str) -> str:
    """The name of a file that another one names."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href)))


def picture_in(archive: Archive, item: str, url: str) -> bytes | None:
    """A file that an item names, if it is there and not too large for a picture."""
    name = _within(item, url)
    if name not in archive.names or archive.size(name) > MAX_PICTURE_BYTES:
        return None
    return archive.read(name)
