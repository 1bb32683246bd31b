"""Names of QTI: those of 3 are those of 2 in another writing, and are read as these."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from actors.assessments.formats.trees import Element
from protocol.assessments.files import ExportFormat

_HYPHEN: Final = re.compile(r"-([a-z])")
_CAPITAL: Final = re.compile(r"([A-Z])")


class Version(NamedTuple):
    """What differs between the versions when they are written."""

    namespace: str
    manifest: str
    item_type: str
    test_type: str
    schema: str
    schema_version: str
    templates: str
    hyphens: bool = False

    def name(self, camel: str) -> str:
        """The name of an element."""
        return f"qti-{_CAPITAL.sub(_hyphened, camel)}" if self.hyphens else camel

    def attribute(self, camel: str) -> str:
        """The name of an attribute."""
        return _CAPITAL.sub(_hyphened, camel) if self.hyphens else camel


VERSIONS: Final = {
    ExportFormat.QTI_2_1: Version(
        namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
        manifest="http://www.imsglobal.org/xsd/imscp_v1p1",
        item_type="imsqti_item_xmlv2p1",
        test_type="imsqti_test_xmlv2p1",
        schema="QTIv2.1 Package",
        schema_version="1.0.0",
        templates="http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
    ),
    ExportFormat.QTI_2_2: Version(
        namespace="http://www.imsglobal.org/xsd/imsqti_v2p2",
        manifest="http://www.imsglobal.org/xsd/imscp_v1p1",
        item_type="imsqti_item_xmlv2p2",
        test_type="imsqti_test_xmlv2p2",
        schema="QTIv2.2 Package",
        schema_version="1.0.0",
        templates="http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
    ),
    ExportFormat.QTI_3: Version(
        namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        manifest="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        item_type="imsqti_item_xmlv3p0",
        test_type="imsqti_test_xmlv3p0",
        schema="QTI Package",
        schema_version="3.0.0",
        templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        hyphens=True,
    ),
}


def as_version_2(root: Element) -> Element:
    """The same tree with the names of QTI 2 where it has those of 3."""
    for element in root.walk():
        if element.tag.startswith("qti-"):
            element.tag = _HYPHEN.sub(_capital, element.tag.removeprefix("qti-"))
        element.attributes = {
            name if name.startswith(("data-", "aria-")) else _HYPHEN.sub(_capital, name): value
            for name, value in element.attributes.items()
        }
    return root


def _capital(hyphen: re.Match[str]) -> str:
    return hyphen[1].upper()


def _hyphened(capital: re.Match[str]) -> str:
    return f"-{capital[1].lower()}"
