// What the server tells of an attempt while it runs: saves of other devices, its time, its end, messages;
// and the shorter way for a save. Fetched once the questions are there; without it the page looks by itself.

import { online } from "../../app/graphql.js";
import { fresh, onToken } from "../../app/session.js";
import { Connection } from "../live/connection.js";

/** After it a save is asked for over HTTP, which notices sooner that there is no connection. */
const SAVE_MS = 2000;

/**
 * @typedef {{ messageId: string, text: string, at: number }} AttemptMessage
 * @typedef {import("./wire.js").Attempt & { devices?: number, messages?: AttemptMessage[] }} View
 *
 * @typedef {object} Listeners
 * @property {(view: View) => void} entered All as it is now: at the beginning, and after each loss of the connection.
 * @property {() => void} lost
 * @property {(change: { questionId: string, answerId: string, answer: import("./wire.js").Answer | null, revision: number }) => void} answered
 * @property {(time: { deadlineAt: number | null, creditedMs: number }) => void} timed
 * @property {() => void} over
 * @property {(message: AttemptMessage) => void} message
 * @property {(count: number) => void} devices How many show it.
 */

/**
 * @typedef {object} Channel
 * @property {(answer: { questionId: string, answer: import("./wire.js").Answer | null, answerId: string, expectedRevision: number }) => Promise<{ revision: number, savedAt: number, receipt: string | null, anchor: string } | null>} save
 * Null where it has to be asked over HTTP, with the same `answerId`: also what is refused, which is told there.
 * @property {() => void} close
 */

/**
 * @param {string} submissionId
 * @param {Listeners} listeners
 * @returns {Channel}
 */
export function openChannel(submissionId, listeners) {
  const connection = new Connection({
    token: fresh,
    async entered(link) {
      const { view } = await link.call("attempt.enter", { submissionId });
      listeners.entered(/** @type {View} */ (view));
    },
    state: (state) => void (state === "connected" || listeners.lost()),
  });
  const on = (/** @type {string} */ event, /** @type {(data: any) => void} */ heard) =>
    connection.on(event, (data) => void (data?.submissionId === submissionId && heard(data)));
  on("attempt.answer", listeners.answered);
  on("attempt.timed", listeners.timed);
  on("attempt.over", listeners.over);
  on("attempt.message", listeners.message);
  on("attempt.devices", ({ devices }) => listeners.devices(devices));
  const stop = onToken((token) => void (connection.ready && connection.call("auth.renew", { token }).catch(() => {})));
  return {
    async save(answer) {
      if (!connection.ready || !online.get()) return null;
      return /** @type {Promise<any>} */ (connection.call("attempt.answer", { submissionId, ...answer }, SAVE_MS).catch(() => null));
    },
    close() {
      stop();
      connection.close();
    },
  };
}
