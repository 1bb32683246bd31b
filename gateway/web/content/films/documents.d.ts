// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type VideoStatus =
  | 'PROCESSING'
  | 'READY'
  | 'FAILED';

export type VideoFault =
  | 'UNREADABLE'
  | 'NOTHING_TO_SHOW'
  | 'TOO_LONG'
  | 'TOO_MANY_PIXELS'
  | 'TOO_SLOW'
  | 'TOO_LARGE'
  | 'SOURCE_GONE'
  | 'NOT_POSSIBLE';

export type VideoCaptionsInput = {
  language: string;
  label: string;
  text: string;
};

export type DeleteCaptionsMutationVariables = Exact<{
  videoId: string;
  language: string;
}>;

export type DeleteCaptionsMutation = { deleteVideoCaptions: boolean };

export type DeleteFilmMutationVariables = Exact<{
  id: string;
}>;

export type DeleteFilmMutation = { deleteVideo: boolean };

export type FilmsQueryVariables = Exact<{
  courseId: string;
}>;

export type FilmsQuery = { course: { id: string, videos: Array<{ id: string, title: string, status: VideoStatus, progress: number | null, fault: VideoFault | null, durationSeconds: number | null, width: number | null, height: number | null, fileName: string, size: number, updatedAt: string, captions: Array<{ language: string, label: string }>, lessons: Array<{ id: string, title: string }> }> } | null };

export type FilmsToChooseQueryVariables = Exact<{
  courseId: string;
}>;

export type FilmsToChooseQuery = { course: { id: string, videos: Array<{ id: string, title: string, status: VideoStatus, progress: number | null, fault: VideoFault | null, durationSeconds: number | null }> } | null };

export type RenameFilmMutationVariables = Exact<{
  id: string;
  title: string;
}>;

export type RenameFilmMutation = { updateVideo: { id: string } };

export type RetryFilmMutationVariables = Exact<{
  id: string;
}>;

export type RetryFilmMutation = { retryVideo: { id: string } };

export type SetCaptionsMutationVariables = Exact<{
  videoId: string;
  input: VideoCaptionsInput;
}>;

export type SetCaptionsMutation = { setVideoCaptions: { id: string } };

export const DELETE_CAPTIONS: Document<DeleteCaptionsMutation, DeleteCaptionsMutationVariables>;
export const DELETE_FILM: Document<DeleteFilmMutation, DeleteFilmMutationVariables>;
export const FILMS: Document<FilmsQuery, FilmsQueryVariables>;
export const FILMS_TO_CHOOSE: Document<FilmsToChooseQuery, FilmsToChooseQueryVariables>;
export const RENAME_FILM: Document<RenameFilmMutation, RenameFilmMutationVariables>;
export const RETRY_FILM: Document<RetryFilmMutation, RetryFilmMutationVariables>;
export const SET_CAPTIONS: Document<SetCaptionsMutation, SetCaptionsMutationVariables>;
