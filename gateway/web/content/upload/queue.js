// Uploads, one file after the other. They go on while their user is anywhere on this site; a reload ends them, and then
// choosing the same file again goes on with what is missing (`left.js`).

import { Failure, online } from "../../app/graphql.js";
import { t } from "../../app/locale.js";
import { request, session } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { createStore } from "../../app/store.js";
import { toast } from "../../kit/toast.js";
import { ABANDON_UPLOAD, ADD_RESOURCE, GENERATE_UPLOAD, UPDATE_RESOURCE, UPLOAD } from "../documents.js";
import { forgetNote, keepNote, notes } from "./left.js";
import { isSameFile, measured, secondsLeft, storedBytes } from "./plan.js";
import { sendParts, waitToTryAgain } from "./sending.js";

/** How often a page hears how far it is. */
const TOLD_EVERY_MS = 250;
/** Answers in a row by which the server puts one off. */
const MOST_ANSWERS = 8;
/** How often parts that went missing are sent again before that is an error. */
const MOST_JOINS = 3;
const MAX_TITLE = 200;

/**
 * @typedef {import("./sending.js").Upload} Upload
 * @typedef {"queued" | "starting" | "sending" | "waiting" | "checking" | "failed"} State `waiting`: for a connection, or for the server.
 * @typedef {object} Target
 * @property {string} courseId
 * @property {string} title
 * @property {string} folder
 * @property {string | null} replaces The resource whose new version the file becomes.
 * @typedef {object} Progress
 * @property {State} state
 * @property {number} sent Bytes.
 * @property {number | null} seconds That the rest takes.
 * @property {Failure | null} failure
 * @property {string | null} uploadId Once the server knows of it.
 * @typedef {Target & Progress & { key: string, name: string, size: number, file: File | null }} Job `file` is null where all of it has arrived.
 */

/** @type {import("../../app/store.js").Store<readonly Job[]>} */
export const jobs = createStore(/** @type {readonly Job[]} */ ([]));
/** One more with each file that has become a resource, so that pages read them anew. */
export const taken = createStore(0);

/** @type {{ key: string, controller: AbortController } | null} */
let running = null;

/**
 * Upload files to a course. One that was begun before goes on, as what it was begun as.
 * @param {readonly File[]} files
 * @param {{ courseId: string, folder: string, replaces?: string | null }} target
 */
export function enqueue(files, { courseId, folder, replaces = null }) {
  for (const file of files) {
    const isIt = (/** @type {Job} */ job) => job.courseId === courseId && job.replaces === replaces && job.file !== null && isSameFile(job.file, file);
    if (jobs.get().some((job) => isIt(job) && job.state !== "failed")) continue; // it is on its way
    jobs.set((before) => before.filter((job) => !isIt(job)));
    const begun = notes.get().find((note) => note.courseId === courseId && (replaces === null || note.replaces === replaces) && isSameFile(note, file) && !isAtWork(note.id));
    add(file, begun ?? { name: file.name, size: file.size, courseId, folder, replaces, title: titleOf(file.name) }, begun?.id ?? null);
  }
}

/** What has arrived as a whole, and was not taken over before its page was left. @param {import("./left.js").Note} note */
export function finish(note) {
  if (!isAtWork(note.id)) add(null, note, note.id);
}

/** Whether an upload is among the jobs. @param {string} uploadId */
export const isAtWork = (uploadId) => jobs.get().some((job) => job.uploadId === uploadId);

/** @param {File | null} file @param {Target & { name: string, size: number, sent?: number }} what @param {string | null} uploadId */
function add(file, { name, size, courseId, folder, replaces, title, sent = 0 }, uploadId) {
  const job = { key: randomId(), name, size, file, courseId, folder, replaces, title, uploadId, sent, seconds: null, failure: null, state: /** @type {const} */ ("queued") };
  jobs.set((before) => [...before, job]);
  begin();
}

/** Stop it, and remove what has arrived. @param {string} key */
export function cancel(key) {
  const job = jobs.get().find((each) => each.key === key);
  dismiss(key);
  if (job?.uploadId) giveUp(job.uploadId);
}

/** Remove what has arrived of an upload. @param {string} uploadId */
export function giveUp(uploadId) {
  forgetNote(uploadId);
  request(ABANDON_UPLOAD, { id: uploadId }, { repeatable: true }).catch(() => {}); // then the server removes it after a day
}

/** Take it from the list. @param {string} key */
export function dismiss(key) {
  jobs.set((before) => before.filter((each) => each.key !== key));
  if (running?.key === key) running.controller.abort();
}

/** Try once more what has failed. @param {string} key */
export function retry(key) {
  change(key, { state: "queued", failure: null });
  begin();
}

/** @param {string} key @param {Partial<Progress>} part */
function change(key, part) {
  jobs.set((before) => before.map((each) => (each.key === key ? { ...each, ...part } : each)));
}

async function begin() {
  const job = running === null ? jobs.get().find(({ state }) => state === "queued") : undefined;
  if (!job) return;
  const controller = new AbortController();
  running = { key: job.key, controller };
  addEventListener("beforeunload", stay);
  try {
    await run(job, controller.signal);
    dismiss(job.key);
    taken.set((count) => count + 1);
    toast(t("content.added", { name: job.name }));
  } catch (error) {
    if (!controller.signal.aborted) fail(job.key, error);
  } finally {
    running = null;
    if (!jobs.get().some(({ state }) => state === "queued")) removeEventListener("beforeunload", stay);
    begin();
  }
}

/** @param {BeforeUnloadEvent} event The browser asks in its own words. */
function stay(event) {
  event.preventDefault();
}

/** @param {string} key @param {unknown} error */
function fail(key, error) {
  const failure = error instanceof Failure ? error : new Failure({ extensions: { code: "INTERNAL_ERROR" } });
  const { name, uploadId } = /** @type {Job} */ (jobs.get().find((each) => each.key === key));
  const isLost = failure.code === "NOT_FOUND" && failure.details.resource_type === "upload";
  const isGone = isLost || failure.code === "FILE_REFUSED";
  if (isGone && uploadId) forgetNote(uploadId);
  const said = isLost ? new Failure({ extensions: { code: "UPLOAD_GONE" } }) : failure;
  change(key, { state: "failed", failure: said, seconds: null, ...(isGone && { uploadId: null, sent: 0 }) });
  toast(t("content.not_added", { name }), { kind: "bad" });
  if (failure !== error) throw error;
}

/**
 * One file, from its first byte until it is a resource.
 * @param {Job} job
 * @param {AbortSignal} signal
 */
async function run({ key, size, file, ...job }, signal) {
  const course = { signal, onWait: (/** @type {boolean} */ waits) => change(key, { state: waits ? "waiting" : "sending" }) };
  change(key, { state: "starting" });
  let upload = await patiently(() => (job.uploadId ? read(job.uploadId, signal) : generate(job, size, file, signal)), course);
  signal.throwIfAborted();
  change(key, { uploadId: upload.id, state: "sending" });
  if (file) keepNote(noteOf({ ...job, size }, file, upload));
  const renew = () => patiently(() => read(upload.id, signal), course);
  const onProgress = meter(key, size);
  onProgress(storedBytes(upload));
  for (let tries = 1; ; tries += 1) {
    if (file) await sendParts(file, upload, { ...course, renew, onProgress });
    try {
      await takeOver(key, upload.id, job, signal);
      return forgetNote(upload.id);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "UPLOAD_INCOMPLETE" || tries === MOST_JOINS || !file) throw error;
      upload = await renew();
    }
  }
}

/** @param {Target & { name: string, size: number }} job @param {File} file @param {Upload} upload @returns {import("./left.js").Note} */
function noteOf({ courseId, title, folder, replaces, name, size }, { lastModified }, upload) {
  return { id: upload.id, courseId, title, folder, replaces, name, size, lastModified, expiresAt: upload.expiresAt, sent: storedBytes(upload) };
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Upload>} */
async function read(id, signal) {
  return (await request(UPLOAD, { id }, { signal })).upload;
}

/** @param {Target & { name: string }} job @param {number} size @param {File | null} file @param {AbortSignal} signal */
async function generate({ courseId, name }, size, file, signal) {
  const input = { use: /** @type {const} */ ("RESOURCE"), courseId, fileName: name, contentType: file?.type ?? "", size };
  return (await request(GENERATE_UPLOAD, { input }, { signal })).generateUploadUrl;
}

/**
 * What has arrived becomes a resource, or a new version of one. Once more changes nothing, so that it may be tried again.
 * @param {string} key
 * @param {string} uploadId
 * @param {Target} target
 * @param {AbortSignal} signal
 */
async function takeOver(key, uploadId, { courseId, title, folder, replaces }, signal) {
  // The server may ask for patience while it is still at it.
  const onWait = (/** @type {boolean} */ waits) => change(key, { state: waits && !online.get() ? "waiting" : "checking" });
  const deed = () =>
    replaces
      ? request(UPDATE_RESOURCE, { id: replaces, input: { uploadId } }, { signal })
      : request(ADD_RESOURCE, { input: { courseId, uploadId, title, folder } }, { signal });
  change(key, { state: "checking", seconds: null });
  await patiently(/** @type {() => Promise<unknown>} */ (deed), { signal, onWait });
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
 * @param {string} key
 * @param {number} size
 */
function meter(key, size) {
  /** @type {import("./plan.js").Sample[]} */
  let samples = [];
  let latest = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let telling = null;
  const tell = () => {
    telling = null;
    samples = measured(samples, { at: performance.now(), sent: latest });
    change(key, { sent: latest, seconds: secondsLeft(samples, size - latest) });
  };
  return (/** @type {number} */ sent) => {
    latest = sent;
    telling ??= setTimeout(tell, TOLD_EVERY_MS);
  };
}

/** What a file is called without its ending. @param {string} name */
function titleOf(name) {
  return name.replace(/(?<=.)\.[^.]+$/, "").slice(0, MAX_TITLE);
}

let owner = session.get().user?.id;

// Nobody goes on with somebody else's uploads.
session.subscribe(({ user }) => {
  if (user?.id === owner) return;
  owner = user?.id;
  running?.controller.abort();
  jobs.set([]);
});
