// What the server tells of an attempt while it runs: saves of other devices, its time, its end, messages.
// Fetched once the questions are there; without it the page looks by itself.

import { fresh, onToken } from "../../app/session.js";
import { Connection } from "../live/connection.js";

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
 * @param {string} submissionId
 * @param {Listeners} listeners
 * @returns {() => void} How to leave.
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
  return () => {
    stop();
    connection.close();
  };
}
