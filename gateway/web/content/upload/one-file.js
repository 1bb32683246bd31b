// One file on its way: an upload is begun or taken up, its parts are sent, and what has arrived becomes a resource or a
// film.

import { Failure, online } from "../../app/graphql.js";
import { request } from "../../app/session.js";
import { waitToTryAgain } from "../waiting.js";
import { ADD_FILM, ADD_RESOURCE, GENERATE_UPLOAD, REPLACE_FILM, UPDATE_RESOURCE, UPLOAD } from "../documents.js";
import { forgetNote, keepNote } from "./left.js";
import { measured, secondsLeft, storedBytes } from "./plan.js";
import { sendParts } from "./sending.js";

/** How often a page hears how far it is. */
const TOLD_EVERY_MS = 250;
/** Answers in a row by which the server puts one off. */
const MOST_ANSWERS = 8;
/** How often parts that went missing are sent again before that is an error. */
const MOST_JOINS = 3;

/**
 * @typedef {import("./sending.js").Upload} Upload
 * @typedef {"queued" | "starting" | "sending" | "waiting" | "checking" | "failed"} State `waiting`: for a connection, or for the server.
 * @typedef {"RESOURCE" | "VIDEO"} Use
 * @typedef {object} Target
 * @property {Use} use What the file becomes.
 * @property {string} courseId
 * @property {string} title
 * @property {string} folder
 * @property {string | null} replaces The resource whose new version the file becomes, or the film whose place it takes.
 * @typedef {object} Progress
 * @property {State} state
 * @property {number} sent Bytes.
 * @property {number | null} seconds That the rest takes.
 * @property {Failure | null} failure
 * @property {string | null} uploadId Once the server knows of it.
 * @typedef {Target & Progress & { key: string, name: string, size: number, file: File | null }} Job `file` is null where all of it has arrived.
 * @typedef {(part: Partial<Progress>) => void} Tell
 */

/**
 * From its first byte until it is a resource or a film, whose id it gives. Rejects with a `Failure`, or with the signal's reason.
 * @param {Job} job
 * @param {AbortSignal} signal
 * @param {Tell} tell
 */
export async function uploadFile({ size, file, ...job }, signal, tell) {
  const course = { signal, onWait: (/** @type {boolean} */ waits) => tell({ state: waits ? "waiting" : "sending" }) };
  tell({ state: "starting" });
  let upload = await patiently(() => (job.uploadId ? read(job.uploadId, signal) : generate(job, size, file, signal)), course);
  signal.throwIfAborted();
  tell({ uploadId: upload.id, state: "sending" });
  if (file) keepNote(noteOf({ ...job, size }, file, upload));
  const renew = () => patiently(() => read(upload.id, signal), course);
  const onProgress = meter(size, tell);
  onProgress(storedBytes(upload));
  for (let tries = 1; ; tries += 1) {
    if (file) await sendParts(file, upload, { ...course, renew, onProgress });
    try {
      const id = await takeOver(upload.id, job, signal, tell);
      forgetNote(upload.id);
      return id;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "UPLOAD_INCOMPLETE" || tries === MOST_JOINS || !file) throw error;
      upload = await renew();
    }
  }
}

/** @param {Target & { name: string, size: number }} job @param {File} file @param {Upload} upload @returns {import("./left.js").Note} */
function noteOf({ use, courseId, title, folder, replaces, name, size }, { lastModified }, upload) {
  return { id: upload.id, use, courseId, title, folder, replaces, name, size, lastModified, expiresAt: upload.expiresAt, sent: storedBytes(upload) };
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Upload>} */
async function read(id, signal) {
  return (await request(UPLOAD, { id }, { signal })).upload;
}

/** @param {Target & { name: string }} job @param {number} size @param {File | null} file @param {AbortSignal} signal */
async function generate({ use, courseId, name }, size, file, signal) {
  const input = { use, courseId, fileName: name, contentType: file?.type ?? "", size };
  return (await request(GENERATE_UPLOAD, { input }, { signal })).generateUploadUrl;
}

/**
 * What has arrived becomes what it is for, or takes the place of another. Once more changes nothing, so that it may be tried again.
 * @param {string} uploadId
 * @param {Target} target
 * @param {AbortSignal} signal
 * @param {Tell} tell
 */
async function takeOver(uploadId, target, signal, tell) {
  // The server may ask for patience while it is still at it.
  const onWait = (/** @type {boolean} */ waits) => tell({ state: waits && !online.get() ? "waiting" : "checking" });
  tell({ state: "checking", seconds: null });
  return patiently(() => (target.use === "VIDEO" ? becomeFilm : becomeResource)(uploadId, target, signal), { signal, onWait });
}

/** @param {string} uploadId @param {Target} target @param {AbortSignal} signal */
async function becomeResource(uploadId, { courseId, title, folder, replaces }, signal) {
  if (replaces) return (await request(UPDATE_RESOURCE, { id: replaces, input: { uploadId } }, { signal })).updateCourseResource.id;
  return (await request(ADD_RESOURCE, { input: { courseId, uploadId, title, folder } }, { signal })).addCourseResource.id;
}

/** @param {string} uploadId @param {Target} target @param {AbortSignal} signal */
async function becomeFilm(uploadId, { courseId, title, replaces }, signal) {
  if (replaces) return (await request(REPLACE_FILM, { id: replaces, uploadId }, { signal })).updateVideo.id;
  return (await request(ADD_FILM, { input: { courseId, uploadId, title } }, { signal })).addVideo.id;
}

/**
 * Ask until there is an answer that is one.
 * @template T
 * @param {() => Promise<T>} deed
 * @param {{ signal: AbortSignal, onWait: (waits: boolean) => void }} course
 */
async function patiently(deed, course) {
  for (let failed = 1, answered = 0; ; failed += 1) {
    try {
      return await deed();
    } catch (error) {
      course.signal.throwIfAborted();
      if (!(error instanceof Failure) || !error.retryable) throw error;
      answered = error.unanswered ? 0 : answered + 1;
      if (answered === MOST_ANSWERS) throw error;
      await waitToTryAgain(failed, course);
    }
  }
}

/**
 * Tells how far it is, and how long the rest takes.
 * @param {number} size
 * @param {Tell} tell
 */
function meter(size, tell) {
  /** @type {import("./plan.js").Sample[]} */
  let samples = [];
  let latest = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let telling = null;
  const measure = () => {
    telling = null;
    samples = measured(samples, { at: performance.now(), sent: latest });
    tell({ sent: latest, seconds: secondsLeft(samples, size - latest) });
  };
  return (/** @type {number} */ sent) => {
    latest = sent;
    telling ??= setTimeout(measure, TOLD_EVERY_MS);
  };
}
