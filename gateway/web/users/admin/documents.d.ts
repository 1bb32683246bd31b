// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type UserFilter = {
  role?: Role | null | undefined;
  disabled?: boolean | null | undefined;
  text?: string | null | undefined;
};

export type AuditFilter = {
  resourceType?: string | null | undefined;
  resourceId?: string | null | undefined;
  byId?: string | null | undefined;
  action?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
};

export type Role =
  | 'STUDENT'
  | 'EDUCATOR'
  | 'ADMIN';

export type AdminOverviewQueryVariables = Exact<{ [key: string]: never; }>;

export type AdminOverviewQuery = { students: { totalCount: number, totalCountIsExact: boolean }, educators: { totalCount: number, totalCountIsExact: boolean }, admins: { totalCount: number, totalCountIsExact: boolean }, disabled: { totalCount: number, totalCountIsExact: boolean }, deletedUsers: { totalCount: number, totalCountIsExact: boolean }, auditTrail: { nodes: Array<{ id: string, at: string, action: string, resourceType: string, resourceId: string, by: { id: string, profile: { fullName: string } } | null }> } };

export type AuditTrailQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type AuditTrailQuery = { auditTrail: { totalCount: number, nodes: Array<{ id: string, at: string, byId: string, action: string, resourceType: string, resourceId: string, details: unknown, by: { id: string, profile: { fullName: string } } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChangeRoleMutationVariables = Exact<{
  userId: string;
  role: Role;
}>;

export type ChangeRoleMutation = { changeRole: { id: string } };

export type DeletedPeopleQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type DeletedPeopleQuery = { people: { totalCount: number, nodes: Array<{ id: string, email: string | null, emailVerified: boolean | null, role: Role, createdAt: string, lastLogin: string | null, disabledAt: string | null, deletedAt: string | null, profile: { fullName: string, avatarUrl: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DeleteUserMutationVariables = Exact<{
  userId: string;
}>;

export type DeleteUserMutation = { deleteAccount: boolean };

export type DisableUserMutationVariables = Exact<{
  userId: string;
  reason: string;
}>;

export type DisableUserMutation = { disableUser: boolean };

export type EnableUserMutationVariables = Exact<{
  userId: string;
}>;

export type EnableUserMutation = { enableUser: { id: string } };

export type EraseUserMutationVariables = Exact<{
  userId: string;
}>;

export type EraseUserMutation = { erasePersonalData: boolean };

export type InviteEducatorMutationVariables = Exact<{
  email: string;
}>;

export type InviteEducatorMutation = { inviteEducator: boolean };

export type PeopleQueryVariables = Exact<{
  filter?: UserFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type PeopleQuery = { people: { totalCount: number, nodes: Array<{ id: string, email: string | null, emailVerified: boolean | null, role: Role, createdAt: string, lastLogin: string | null, disabledAt: string | null, deletedAt: string | null, profile: { fullName: string, avatarUrl: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PersonFragment = { id: string, email: string | null, emailVerified: boolean | null, role: Role, createdAt: string, lastLogin: string | null, disabledAt: string | null, deletedAt: string | null, profile: { fullName: string, avatarUrl: string | null } };

export const ADMIN_OVERVIEW: Document<AdminOverviewQuery, AdminOverviewQueryVariables>;
export const AUDIT_TRAIL: Document<AuditTrailQuery, AuditTrailQueryVariables>;
export const CHANGE_ROLE: Document<ChangeRoleMutation, ChangeRoleMutationVariables>;
export const DELETED_PEOPLE: Document<DeletedPeopleQuery, DeletedPeopleQueryVariables>;
export const DELETE_USER: Document<DeleteUserMutation, DeleteUserMutationVariables>;
export const DISABLE_USER: Document<DisableUserMutation, DisableUserMutationVariables>;
export const ENABLE_USER: Document<EnableUserMutation, EnableUserMutationVariables>;
export const ERASE_USER: Document<EraseUserMutation, EraseUserMutationVariables>;
export const INVITE_EDUCATOR: Document<InviteEducatorMutation, InviteEducatorMutationVariables>;
export const PEOPLE: Document<PeopleQuery, PeopleQueryVariables>;
