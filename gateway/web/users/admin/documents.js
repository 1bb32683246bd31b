// What the pages of administrators ask for about accounts.

export const ADMIN_OVERVIEW = `query AdminOverview {
  students: users(first: 1, filter: {role: STUDENT}) { totalCount totalCountIsExact }
  educators: users(first: 1, filter: {role: EDUCATOR}) { totalCount totalCountIsExact }
  admins: users(first: 1, filter: {role: ADMIN}) { totalCount totalCountIsExact }
  disabled: users(first: 1, filter: {disabled: true}) { totalCount totalCountIsExact }
  deletedUsers(first: 1) { totalCount totalCountIsExact }
  auditTrail(first: 5) { nodes { id at action resourceType resourceId by { id profile { fullName } } } }
}`;

export const PEOPLE = `query People($filter: UserFilter, $after: String) { people: users(first: 25, after: $after, filter: $filter) {
  nodes { ...Person } pageInfo { hasNextPage endCursor } totalCount
} }
fragment Person on User { id email emailVerified role createdAt lastLogin disabledAt deletedAt profile { fullName avatarUrl } }`;
export const DELETED_PEOPLE = `query DeletedPeople($filter: UserFilter, $after: String) { people: deletedUsers(first: 25, after: $after, filter: $filter) {
  nodes { ...Person } pageInfo { hasNextPage endCursor } totalCount
} }
fragment Person on User { id email emailVerified role createdAt lastLogin disabledAt deletedAt profile { fullName avatarUrl } }`;

export const CHANGE_ROLE = `mutation ChangeRole($userId: ID!, $role: Role!) { changeRole(userId: $userId, role: $role) { id } }`;
export const DISABLE_USER = `mutation DisableUser($userId: ID!, $reason: String!) { disableUser(userId: $userId, reason: $reason) }`;
export const ENABLE_USER = `mutation EnableUser($userId: ID!) { enableUser(userId: $userId) { id } }`;
export const DELETE_USER = `mutation DeleteUser($userId: ID!) { deleteAccount(userId: $userId) }`;
export const ERASE_USER = `mutation EraseUser($userId: ID!) { erasePersonalData(userId: $userId) }`;
export const INVITE_EDUCATOR = `mutation InviteEducator($email: String!) { inviteEducator(email: $email) }`;

export const AUDIT_TRAIL = `query AuditTrail($filter: AuditFilter, $after: String) { auditTrail(first: 50, after: $after, filter: $filter) {
  nodes { id at byId action resourceType resourceId details by { id profile { fullName } } } pageInfo { hasNextPage endCursor } totalCount
} }`;
