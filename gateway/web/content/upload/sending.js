// The missing parts of one file, a few at once, in rounds: where one fails, the round ends, and the next begins after a
// pause with what the server says of the upload then, and with links that are fresh.

import { Failure } from "../../app/graphql.js";
import { waitToTryAgain } from "../waiting.js";
import { putPart } from "./part.js";
import { isComplete, storedBytes } from "./plan.js";

/** Parts on their way at once. */
const AT_ONCE = 3;
/** In a row without anything that arrives: what the storage refuses again and again it will not take. */
const MOST_REFUSALS = 5;
/** Answers after which the same request may succeed a little later, as it may after none. */
const LATER = new Set([0, 408, 429, 502, 503, 504]);

/**
 * @typedef {import("../documents.js").GenerateUploadMutation["generateUploadUrl"]} Upload
 * @typedef {Upload["links"][number]} Link
 * @typedef {import("./part.js").Answer} Answer
 * @typedef {object} Course
 * @property {AbortSignal} signal Rejects with its reason.
 * @property {() => Promise<Upload>} renew What the server says of it now.
 * @property {(bytes: number) => void} onProgress All that has arrived, with what is on its way.
 * @property {(waits: boolean) => void} onWait Whether nothing can be sent now.
 */

/**
 * Until every part has arrived. Rejects with a `Failure`: the server takes no more of it, or the file is not to be
 * read any more (`FILE_UNREADABLE`).
 * @param {File} file
 * @param {Upload} upload
 * @param {Course} course
 */
export async function sendParts(file, upload, course) {
  let failed = 0;
  let refused = 0;
  for (let now = upload; !isComplete(now); now = await course.renew()) {
    const round = await sendRound(file, now, course);
    course.signal.throwIfAborted();
    if (round.arrived > 0) failed = refused = 0;
    if (round.answer === null) continue;
    if (round.answer.status === 0 && !(await isReadable(file))) throw new Failure({ extensions: { code: "FILE_UNREADABLE" } });
    failed += 1;
    refused = LATER.has(round.answer.status) ? 0 : refused + 1;
    if (refused === MOST_REFUSALS) throw round.answer.failure ?? new Failure(null);
    await waitToTryAgain(failed, course);
  }
}

/**
 * Send the parts that have links. Ends early once one has failed; those on their way come to their end first.
 * @param {File} file
 * @param {Upload} upload
 * @param {Course} course
 */
async function sendRound(file, upload, { signal, onProgress }) {
  const waiting = [...upload.links];
  /** @type {Map<number, number>} Bytes by part. */
  const sent = new Map();
  const before = storedBytes(upload);
  const round = { arrived: 0, answer: /** @type {Answer | null} */ (null) };
  const tell = (/** @type {number} */ part, /** @type {number} */ bytes) => {
    sent.set(part, bytes);
    onProgress([...sent.values()].reduce((sum, each) => sum + each, before));
  };
  const work = async () => {
    for (let link = waiting.shift(); link && round.answer === null; link = waiting.shift()) {
      const { part, start, size } = link;
      const answer = await putPart(link, file.slice(start, start + size), { signal, onProgress: (bytes) => tell(part, Math.min(bytes, size)) });
      const arrived = answer.status >= 200 && answer.status < 300;
      tell(part, arrived ? size : 0);
      if (arrived) round.arrived += 1;
      else round.answer ??= answer;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return round;
}

/**
 * Whether the file is still what it was when it was chosen.
 * @param {File} file
 */
async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
