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

export type FilmQueryVariables = Exact<{
  id: string;
}>;

export type FilmQuery = { video: { id: string, title: string, status: VideoStatus, width: number | null, height: number | null } | null };

export type FilmStreamQueryVariables = Exact<{
  id: string;
}>;

export type FilmStreamQuery = { videoPreview: { url: string, durationSeconds: number, expiresAt: string, captions: Array<{ language: string, label: string, url: string }> } };

export type LessonFilmQueryVariables = Exact<{
  lessonId: string;
}>;

export type LessonFilmQuery = { lesson: { id: string, video: { id: string, title: string, status: VideoStatus, width: number | null, height: number | null } | null } | null };

export type LessonStreamQueryVariables = Exact<{
  lessonId: string;
}>;

export type LessonStreamQuery = { generateStreamingUrl: { url: string, durationSeconds: number, expiresAt: string, captions: Array<{ language: string, label: string, url: string }> } };

export type StreamFragment = { url: string, durationSeconds: number, expiresAt: string, captions: Array<{ language: string, label: string, url: string }> };

export const FILM: Document<FilmQuery, FilmQueryVariables>;
export const FILM_STREAM: Document<FilmStreamQuery, FilmStreamQueryVariables>;
export const LESSON_FILM: Document<LessonFilmQuery, LessonFilmQueryVariables>;
export const LESSON_STREAM: Document<LessonStreamQuery, LessonStreamQueryVariables>;
