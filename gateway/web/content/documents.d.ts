// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type FileUse =
  | 'RESOURCE'
  | 'VIDEO';

export type UploadInput = {
  use: FileUse;
  courseId: string;
  fileName: string;
  contentType: string;
  size: number;
};

export type ResourceKind =
  | 'FILE'
  | 'LINK';

export type AddResourceInput = {
  courseId: string;
  uploadId: string;
  title?: string | null | undefined;
  folder?: string | null | undefined;
};

export type AddLinkInput = {
  courseId: string;
  url: string;
  title: string;
  folder?: string | null | undefined;
};

export type UpdateResourceInput = {
  title?: string | null | undefined;
  folder?: string | null | undefined;
  url?: string | null | undefined;
  uploadId?: string | null | undefined;
};

export type AddVideoInput = {
  courseId: string;
  uploadId: string;
  title?: string | null | undefined;
};

export type AbandonUploadMutationVariables = Exact<{
  id: string;
}>;

export type AbandonUploadMutation = { abandonUpload: boolean };

export type AddFilmMutationVariables = Exact<{
  input: AddVideoInput;
}>;

export type AddFilmMutation = { addVideo: { id: string } };

export type AddResourceMutationVariables = Exact<{
  input: AddResourceInput;
}>;

export type AddResourceMutation = { addCourseResource: { id: string } };

export type AddResourceLinkMutationVariables = Exact<{
  input: AddLinkInput;
  idempotencyKey?: string | null | undefined;
}>;

export type AddResourceLinkMutation = { addCourseLink: { id: string } };

export type DeleteResourceMutationVariables = Exact<{
  id: string;
}>;

export type DeleteResourceMutation = { deleteCourseResource: boolean };

export type GenerateUploadMutationVariables = Exact<{
  input: UploadInput;
}>;

export type GenerateUploadMutation = { generateUploadUrl: { id: string, size: number, partSize: number, stored: Array<number>, expiresAt: string, links: Array<{ part: number, start: number, size: number, url: string, headers: Array<{ name: string, value: string }> }> } };

export type ReplaceFilmMutationVariables = Exact<{
  id: string;
  uploadId: string;
}>;

export type ReplaceFilmMutation = { updateVideo: { id: string } };

export type ResourcesQueryVariables = Exact<{
  courseId: string;
}>;

export type ResourcesQuery = { course: { id: string, resources: Array<{ id: string, kind: ResourceKind, title: string, folder: string, fileName: string | null, size: number | null, url: string | null, version: number, updatedAt: string }> } | null };

export type ResourcesToEditQueryVariables = Exact<{
  courseId: string;
}>;

export type ResourcesToEditQuery = { course: { id: string, resources: Array<{ id: string, kind: ResourceKind, title: string, folder: string, fileName: string | null, size: number | null, url: string | null, version: number, updatedAt: string, versions: Array<{ version: number, fileName: string, size: number, addedAt: string }> }> } | null };

export type ResourceLinkQueryVariables = Exact<{
  resourceId: string;
  version?: number | null | undefined;
}>;

export type ResourceLinkQuery = { resourceLink: { url: string } };

export type UpdateResourceMutationVariables = Exact<{
  id: string;
  input: UpdateResourceInput;
}>;

export type UpdateResourceMutation = { updateCourseResource: { id: string } };

export type UploadQueryVariables = Exact<{
  id: string;
}>;

export type UploadQuery = { upload: { id: string, size: number, partSize: number, stored: Array<number>, expiresAt: string, links: Array<{ part: number, start: number, size: number, url: string, headers: Array<{ name: string, value: string }> }> } };

export type SentFragment = { id: string, size: number, partSize: number, stored: Array<number>, expiresAt: string, links: Array<{ part: number, start: number, size: number, url: string, headers: Array<{ name: string, value: string }> }> };

export const ABANDON_UPLOAD: Document<AbandonUploadMutation, AbandonUploadMutationVariables>;
export const ADD_FILM: Document<AddFilmMutation, AddFilmMutationVariables>;
export const ADD_RESOURCE: Document<AddResourceMutation, AddResourceMutationVariables>;
export const ADD_RESOURCE_LINK: Document<AddResourceLinkMutation, AddResourceLinkMutationVariables>;
export const DELETE_RESOURCE: Document<DeleteResourceMutation, DeleteResourceMutationVariables>;
export const GENERATE_UPLOAD: Document<GenerateUploadMutation, GenerateUploadMutationVariables>;
export const REPLACE_FILM: Document<ReplaceFilmMutation, ReplaceFilmMutationVariables>;
export const RESOURCES: Document<ResourcesQuery, ResourcesQueryVariables>;
export const RESOURCES_TO_EDIT: Document<ResourcesToEditQuery, ResourcesToEditQueryVariables>;
export const RESOURCE_LINK: Document<ResourceLinkQuery, ResourceLinkQueryVariables>;
export const UPDATE_RESOURCE: Document<UpdateResourceMutation, UpdateResourceMutationVariables>;
export const UPLOAD: Document<UploadQuery, UploadQueryVariables>;
