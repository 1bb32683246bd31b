// What the pages of certificates ask for.

export const MY_CERTIFICATES = `query MyCertificates { myCertificates {
  id certificateId studentName courseTitle instructorName completedAt timeZone verificationUrl revokedAt revocationReason
} }`;

export const CERTIFICATES = `query Certificates($filter: CertificateFilter, $after: String) {
  certificates(first: 25, after: $after, filter: $filter) {
    nodes { id certificateId studentName courseTitle instructorName courseId completedAt timeZone issuedAt issue revokedAt revocationReason student { id email } }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;
export const REVOKE_CERTIFICATE = `mutation RevokeCertificate($number: String!, $reason: String!) { revokeCertificate(certificateId: $number, reason: $reason) { id } }`;
export const REINSTATE_CERTIFICATE = `mutation ReinstateCertificate($number: String!, $reason: String!) { reinstateCertificate(certificateId: $number, reason: $reason) { id } }`;
export const REISSUE_CERTIFICATE = `mutation ReissueCertificate($number: String!, $studentName: String!, $reason: String!) { reissueCertificate(certificateId: $number, studentName: $studentName, reason: $reason) { id } }`;
export const VERIFY = `query Verify($number: String!) { verifyCertificate(certificateId: $number) { id certificateId } }`;
