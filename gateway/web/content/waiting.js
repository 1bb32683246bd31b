// The pause before something is tried again, which ends as soon as there is a connection.

import { online } from "../app/graphql.js";
import { pauseAfter } from "./upload/plan.js";

/**
 * A pause that grows, or until there is a connection again. Rejects with the signal's reason.
 * @param {number} failed How often it has failed, from 1.
 * @param {{ signal: AbortSignal, onWait?: (waits: boolean) => void }} course
 */
export async function waitToTryAgain(failed, { signal, onWait }) {
  onWait?.(true);
  try {
    await new Promise((resolve, reject) => {
      const stop = [online.subscribe((reached) => reached && done(resolve))];
      const timer = setTimeout(() => done(resolve), pauseAfter(failed, Math.random()));
      const again = () => done(resolve);
      const abort = () => done(() => reject(signal.reason));
      const done = (/** @type {(value?: any) => void} */ settle) => {
        clearTimeout(timer);
        for (const each of stop) each();
        removeEventListener("online", again);
        signal.removeEventListener("abort", abort);
        settle();
      };
      addEventListener("online", again);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
    });
  } finally {
    onWait?.(false);
  }
}
