// Uploads, one file after the other. They go on while their user is anywhere on this site; a reload ends them, and then
// choosing the same file again goes on with what is missing (`left.js`).

import { Failure } from "../../app/graphql.js";
import { t } from "../../app/locale.js";
import { request, session } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { createStore } from "../../app/store.js";
import { toast } from "../../kit/toast.js";
import { ABANDON_UPLOAD } from "../documents.js";
import { forgetNote, notes } from "./left.js";
import { uploadFile } from "./one-file.js";
import { isSameFile } from "./plan.js";

const MAX_TITLE = 200;

/**
 * @typedef {import("./one-file.js").Job} Job
 * @typedef {import("./one-file.js").Target} Target
 * @typedef {import("./one-file.js").Progress} Progress
 */

/** @type {import("../../app/store.js").Store<readonly Job[]>} */
export const jobs = createStore(/** @type {readonly Job[]} */ ([]));
/** The last file that has become what it is for, so that pages read them anew. */
export const taken = createStore(/** @type {{ key: string, id: string, use: import("./one-file.js").Use } | null} */ (null));

/** @type {{ key: string, controller: AbortController } | null} */
let running = null;

/**
 * Upload files to a course. One that was begun before goes on, as what it was begun as.
 * @param {readonly File[]} files
 * @param {{ courseId: string, use?: import("./one-file.js").Use, folder?: string, replaces?: string | null }} target
 * @returns {string[]} The keys of their jobs.
 */
export function enqueue(files, { courseId, use = "RESOURCE", folder = "", replaces = null }) {
  return files.map((file) => {
    const isIt = (/** @type {Job} */ job) => job.courseId === courseId && job.use === use && job.replaces === replaces && job.file !== null && isSameFile(job.file, file);
    const onItsWay = jobs.get().find((job) => isIt(job) && job.state !== "failed");
    if (onItsWay) return onItsWay.key;
    jobs.set((before) => before.filter((job) => !isIt(job)));
    const begun = notes.get().find((note) => note.courseId === courseId && purposeOf(note) === use && (replaces === null || note.replaces === replaces) && isSameFile(note, file) && !isAtWork(note.id));
    return add(file, { ...(begun ?? { name: file.name, size: file.size, courseId, folder, replaces, title: titleOf(file.name) }), use }, begun?.id ?? null);
  });
}

/** What a file is for. @param {Pick<import("./left.js").Note, "use">} note */
export const purposeOf = ({ use }) => use ?? "RESOURCE";

/** What has arrived as a whole, and was not taken over before its page was left. @param {import("./left.js").Note} note */
export function finish(note) {
  if (!isAtWork(note.id)) add(null, { ...note, use: purposeOf(note) }, note.id);
}

/** Whether an upload is among the jobs. @param {string} uploadId */
export const isAtWork = (uploadId) => jobs.get().some((job) => job.uploadId === uploadId);

/** @param {File | null} file @param {Target & { name: string, size: number, sent?: number }} what @param {string | null} uploadId */
function add(file, { name, size, use, courseId, folder, replaces, title, sent = 0 }, uploadId) {
  const job = { key: randomId(), name, size, file, use, courseId, folder, replaces, title, uploadId, sent, seconds: null, failure: null, state: /** @type {const} */ ("queued") };
  jobs.set((before) => [...before, job]);
  begin();
  return job.key;
}

/** Stop it if it runs, and remove what has arrived. @param {string} key */
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
function dismiss(key) {
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
    const id = await uploadFile(job, controller.signal, (part) => change(job.key, part));
    dismiss(job.key);
    taken.set({ key: job.key, id, use: job.use });
    toast(t(job.use === "VIDEO" ? "content.film_arrived" : "content.added", { name: job.name }));
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
