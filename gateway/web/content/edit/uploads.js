// Uploads on their way, and those that an earlier visit has left: each with how far it is and what can be done about it.

import { useEffect, useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { formatBytes, formatDuration, formatPercent, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { FileButton } from "../../kit/file-drop.js";
import { Progress } from "../../kit/progress.js";
import { UPLOAD } from "../documents.js";
import { uploadFailureText } from "../upload/failures.js";
import { forgetNote, keepNote, notes, takeUpLeft } from "../upload/left.js";
import { isComplete, isSameFile, storedBytes } from "../upload/plan.js";
import { cancel, enqueue, finish, giveUp, jobs, retry, purposeOf } from "../upload/queue.js";

const MINUTE_SECONDS = 60;

/**
 * @typedef {import("../upload/one-file.js").Job} Job
 * @typedef {import("../upload/left.js").Note} Note
 */

/** @param {{ courseId: string, use?: import("../upload/one-file.js").Use, onBegun?: (keys: string[]) => void }} properties `onBegun`: what was left goes on. */
export function Uploads({ courseId, use = "RESOURCE", onBegun }) {
  const here = useStore(jobs).filter((job) => job.courseId === courseId && job.use === use);
  const left = useStore(notes).filter((note) => note.courseId === courseId && purposeOf(note) === use && !here.some(({ uploadId }) => uploadId === note.id));
  useEffect(takeUpLeft, []);
  if (here.length + left.length === 0) return null;
  return html`
    <section class="stack" aria-labelledby="uploads">
      <h3 id="uploads">${t("content.uploads")}</h3>
      <ul class="lines uploads">
        ${here.map((job) => html`<li key=${job.key}><${AtWork} job=${job} /></li>`)}
        ${left.map((note) => html`<li key=${note.id}><${Left} note=${note} onBegun=${onBegun} /></li>`)}
      </ul>
    </section>
  `;
}

/** @param {{ job: Job }} properties */
function AtWork({ job }) {
  const { key, name, size, sent, state, failure } = job;
  if (failure !== null) return html`<${Failed} job=${job} failure=${failure} />`;
  const amount = t("content.sent_of", { sent: formatBytes(sent), size: formatBytes(size) });
  return html`
    <div class="grow">
      <${Progress} label=${html`<bdi>${name}</bdi>`} value=${state === "starting" || state === "checking" ? null : sent / size} text=${`${amount} · ${formatPercent(sent / size)}`} />
      <p class="muted">${stateText(job)}</p>
    </div>
    <button type="button" class="small" aria-label=${t("content.cancel_of", { name })} onClick=${() => cancel(key)}>${t("kit.cancel")}</button>
  `;
}

/** @param {Job} job */
function stateText({ state, seconds }) {
  if (state === "queued") return t("content.queued");
  if (state === "starting") return t("content.starting");
  if (state === "checking") return t("content.checking");
  if (state === "waiting") return t("content.waiting");
  if (seconds === null) return t("content.sending");
  return seconds < MINUTE_SECONDS ? t("content.soon") : t("content.time_left", { time: formatDuration(seconds) });
}

/** @param {{ job: Job, failure: Failure }} properties */
function Failed({ job, failure }) {
  const { key, name } = job;
  const again = failure.code !== "FILE_REFUSED" && failure.code !== "FILE_UNREADABLE" && failure.fields.length === 0;
  return html`
    <div class="grow"><b dir="auto">${name}</b><p class="error" role="alert">${uploadFailureText(failure, job)}</p></div>
    ${again && html`<button type="button" class="small" aria-label=${t("content.retry_of", { name })} onClick=${() => retry(key)}>${t("kit.retry")}</button>`}
    <button type="button" class="small" aria-label=${t("kit.remove", { name })} onClick=${() => cancel(key)}>${t("content.dismiss")}</button>
  `;
}

/** @param {{ note: Note, onBegun?: (keys: string[]) => void }} properties */
function Left({ note, onBegun }) {
  const { id, courseId, name, size, sent, folder } = note;
  const [isOther, setOther] = useState(false);
  useEffect(() => void look(id), [id]);
  const take = (/** @type {File[]} */ files) => {
    const same = files.filter((file) => isSameFile(note, file));
    setOther(files.length > 0 && same.length === 0);
    const keys = enqueue(same, { courseId, folder, use: purposeOf(note) });
    onBegun?.(keys);
  };
  return html`
    <div class="grow">
      <p>${t("content.choose_again", { name, share: formatPercent(sent / size) })}</p>
      <p class="error" role="alert">${isOther && t("content.another_file", { name })}</p>
    </div>
    <${FileButton} text=${t("kit.choose_file")} label=${t("content.choose_of", { name })} wrong=${isOther} onFiles=${take} />
    <button type="button" class="small" aria-label=${t("content.give_up_of", { name })} onClick=${() => giveUp(id)}>${t("content.give_up")}</button>
  `;
}

/** Ask what has arrived. Where that is all, no file is needed any more. @param {string} id Of the upload. */
async function look(id) {
  try {
    const { upload } = await request(UPLOAD, { id });
    const note = notes.get().find((each) => each.id === id);
    if (!note) return;
    if (isComplete(upload)) finish(note);
    else keepNote({ ...note, sent: storedBytes(upload), expiresAt: upload.expiresAt });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "NOT_FOUND") forgetNote(id);
  }
}
