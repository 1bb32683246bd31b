"""The certificates domain in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Domain, Mutation, reads_back
from protocol.certificates import RevokeCertificate
from protocol.envelope import Address, Message

HANDLER = Address("certificates", "")

SDL = '''
"""Given on completing a course. What stands on it stays as it was on the day."""
type Certificate {
  id: ID!
  """For the student, and for who teaches the course."""
  enrollment: Enrollment
  """Its number: whoever knows it may see the certificate."""
  certificateId: String!
  studentName: String!
  courseTitle: String!
  instructorName: String!
  completedAt: DateTime!
  issuedAt: DateTime!
  pdfUrl: String!
  """The public page. With `/badge` behind it, the Open Badge 3.0 as a JWT."""
  verificationUrl: String!
  """Since when it is not valid any more."""
  revokedAt: DateTime
  revocationReason: String
}

extend type Enrollment {
  """Soon after the course has been completed."""
  certificate: Certificate
}

extend type Query {
  """By its number, for everybody. Null where there is none."""
  verifyCertificate(certificateId: String!): Certificate
  myCertificates: [Certificate!]! @listSize(assumedSize: 10)
}

extend type Mutation {
  """By the instructor or an admin. Everybody who looks at it is told, and why."""
  revokeCertificate(certificateId: String!, reason: String!): Certificate!
}
'''


def revoke(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Not valid any more."""
    return HANDLER, RevokeCertificate(
        **acting_user(acting), number=arguments["certificateId"], reason=arguments["reason"]
    )


DOMAIN = Domain(
    sdl=SDL,
    mutations={
        "revokeCertificate": Mutation(revoke, reads_back("certificate", "certificate_id")),
    },
    signed_in=frozenset({"myCertificates"}),
)
