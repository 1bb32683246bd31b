"""The certificates domain in the schema."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments, Domain, Mutation, reads_back
from protocol.certificates import ReinstateCertificate, ReissueCertificate, RevokeCertificate
from protocol.envelope import Address

HANDLER = Address("certificates", "")


def revoke(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RevokeCertificate(
        **acting_user(acting), number=arguments["certificateId"], reason=arguments["reason"]
    )


def reinstate(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReinstateCertificate(
        **acting_user(acting), number=arguments["certificateId"], reason=arguments["reason"]
    )


def reissue(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReissueCertificate(
        **acting_user(acting),
        number=arguments["certificateId"],
        student_name=arguments["studentName"],
        reason=arguments["reason"],
    )


DOMAIN = Domain(
    "certificates",
    mutations={
        "revokeCertificate": Mutation(revoke, reads_back("certificate", "certificate_id")),
        "reinstateCertificate": Mutation(reinstate, reads_back("certificate", "certificate_id")),
        "reissueCertificate": Mutation(reissue, reads_back("certificate", "certificate_id")),
    },
    signed_in=frozenset({"myCertificates", "certificates"}),
)
