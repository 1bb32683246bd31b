// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CertificateFilter = {
  number?: string | null | undefined;
  text?: string | null | undefined;
  courseId?: string | null | undefined;
  studentId?: string | null | undefined;
  revoked?: boolean | null | undefined;
};

export type CertificatesQueryVariables = Exact<{
  filter?: CertificateFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type CertificatesQuery = { certificates: { totalCount: number, nodes: Array<{ id: string, certificateId: string, studentName: string, courseTitle: string, instructorName: string, courseId: string | null, completedAt: string, timeZone: string, issuedAt: string, issue: number, revokedAt: string | null, revocationReason: string | null, student: { id: string, email: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MyCertificatesQueryVariables = Exact<{ [key: string]: never; }>;

export type MyCertificatesQuery = { myCertificates: Array<{ id: string, certificateId: string, studentName: string, courseTitle: string, instructorName: string, completedAt: string, timeZone: string, verificationUrl: string, revokedAt: string | null, revocationReason: string | null }> };

export type ReinstateCertificateMutationVariables = Exact<{
  number: string;
  reason: string;
}>;

export type ReinstateCertificateMutation = { reinstateCertificate: { id: string } };

export type ReissueCertificateMutationVariables = Exact<{
  number: string;
  studentName: string;
  reason: string;
}>;

export type ReissueCertificateMutation = { reissueCertificate: { id: string } };

export type RevokeCertificateMutationVariables = Exact<{
  number: string;
  reason: string;
}>;

export type RevokeCertificateMutation = { revokeCertificate: { id: string } };

export type VerifyQueryVariables = Exact<{
  number: string;
}>;

export type VerifyQuery = { verifyCertificate: { id: string, certificateId: string } | null };

export const CERTIFICATES: Document<CertificatesQuery, CertificatesQueryVariables>;
export const MY_CERTIFICATES: Document<MyCertificatesQuery, MyCertificatesQueryVariables>;
export const REINSTATE_CERTIFICATE: Document<ReinstateCertificateMutation, ReinstateCertificateMutationVariables>;
export const REISSUE_CERTIFICATE: Document<ReissueCertificateMutation, ReissueCertificateMutationVariables>;
export const REVOKE_CERTIFICATE: Document<RevokeCertificateMutation, RevokeCertificateMutationVariables>;
export const VERIFY: Document<VerifyQuery, VerifyQueryVariables>;
