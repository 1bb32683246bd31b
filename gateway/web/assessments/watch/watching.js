// The attempts at a quiz as they go on, told by the server.

import { fresh, onToken } from "../../app/session.js";
import { createStore } from "../../app/store.js";
import { Connection } from "../live/connection.js";

/**
 * @typedef {object} Progress
 * @property {string} submissionId
 * @property {string} studentId
 * @property {string | null} [studentName]
 * @property {number} number
 * @property {number} answered
 * @property {number} total
 * @property {number} devices 0: not connected.
 * @property {number} startedAt
 * @property {number | null} [deadlineAt]
 * @property {number | null} [endedAt]
 * @property {string | null} [ending]
 * @property {number} [creditedMs]
 *
 * @typedef {object} Watched
 * @property {"lost" | "connected"} link
 * @property {{ code: string, message: string } | null} problem Why nothing can be watched.
 * @property {ReadonlyMap<string, Progress> | null} attempts By submission.
 * @property {boolean} more Whether there are others.
 */

/** @param {string} quizId */
export function createWatching(quizId) {
  const store = createStore(/** @type {Watched} */ ({ link: "lost", problem: null, attempts: null, more: false }));
  /** @type {Connection | null} */
  let connection = null;

  /** @param {readonly Progress[]} changed */
  const apply = (changed) =>
    store.set((state) => {
      const attempts = new Map(state.attempts);
      for (const each of changed) attempts.set(each.submissionId, { ...each, studentName: each.studentName ?? attempts.get(each.submissionId)?.studentName });
      return { ...state, attempts };
    });

  return {
    store,
    now: () => connection?.now() ?? Date.now(),

    /** Returns how to stop. */
    open() {
      const link = new Connection({
        token: fresh,
        async entered(own) {
          const { view, serverTime } = await own.call("quiz.watch", { quizId });
          own.hint(serverTime);
          store.set((state) => ({ ...state, attempts: new Map(), more: view.more === true, problem: null }));
          apply(view.attempts ?? []);
        },
        state: (state, refusal) =>
          store.set((before) => ({ ...before, link: state === "connected" ? "connected" : "lost", problem: state === "refused" && refusal ? { code: refusal.code, message: refusal.message } : before.problem })),
      });
      connection = link;
      link.on("quiz.progress", (data) => void (data?.quizId === quizId && apply(data.attempts ?? [])));
      const stop = onToken((token) => void (link.ready && link.call("auth.renew", { token }).catch(() => {})));
      return () => {
        stop();
        link.close();
      };
    },
  };
}
