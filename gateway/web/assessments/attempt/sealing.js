// What is written without a connection, sealed with its time: a chain of hashes in this browser. Its head goes to
// the server before anything else once there is a connection, so that nothing can be changed afterwards. See
// docs/client-protocols/sealed-answers.md. Browsers compute hashes, and share them between tabs, over HTTPS alone.

import { Failure } from "../../app/graphql.js";
import { request } from "../../app/session.js";
import { recall, remember } from "../../app/storage.js";
import { COMMIT_SEALED, SEND_SEALED } from "./documents.js";

/**
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {{ answer: Answer | null, at: number, n: number, prev: string, question: string }} Entry
 * @typedef {{ revision: number, anchor: string, head: string, bytes: number, entries: Entry[] }} Chain
 * @typedef {{ revision: number, anchor: string }} Anchor
 * @typedef {"COMMITTED" | "PENDING" | "ACCEPTED" | "REFUSED"} SealedStatus
 * @typedef {ReturnType<typeof createSealing>} Sealing
 */

/** What the server takes; a little is left for the last ones. */
const MAX_ENTRIES = 480;
const MAX_BYTES = 380_000;
/** A text is sealed so often while it grows, and less often the more there is. */
const SPACING_MS = 15_000;
const SPACED_EVERY_BYTES = 50_000;
const REPEATABLE = { repeatable: true };

/** @param {string} key Of what is kept: whose, and of which attempt. */
export function createSealing(key) {
  /** @returns {Chain | null} */
  const chain = () => recall("localStorage", key);

  /** One tab after the other. @param {() => Promise<void>} step */
  const alone = (step) => navigator.locks.request(key, step);

  return {
    chain,

    forget: () => remember("localStorage", key, null),

    /**
     * @param {readonly { question: string, answer: Answer | null }[]} written The oldest first.
     * @param {Anchor} anchor What a new chain follows.
     * @param {boolean} now Not only what has not been sealed for a while.
     * @returns {Promise<number>} In how many milliseconds more is to be sealed; 0 for nothing.
     */
    async seal(written, anchor, now) {
      let wait = 0;
      await alone(async () => {
        const known = chain() ?? { ...anchor, head: anchor.anchor, bytes: 0, entries: [] };
        const before = known.entries.length;
        for (const { question, answer } of written) {
          const last = known.entries.findLast((entry) => entry.question === question);
          if (last && JSON.stringify(last.answer) === JSON.stringify(answer)) continue;
          const rest = last && !now ? last.at + spacing(answer, known.bytes) - Date.now() : 0;
          if (rest > 0) wait = Math.max(wait, rest);
          else if (known.entries.length < MAX_ENTRIES && known.bytes < MAX_BYTES) await append(known, question, answer);
        }
        if (known.entries.length > before) remember("localStorage", key, known);
      });
      return wait;
    },

    /**
     * Before anything else is sent. Rejects with a `Failure`.
     * @param {string} id Of the submission.
     * @returns {Promise<{ running: boolean, sealed: SealedStatus | null }>}
     */
    async handOver(id) {
      const known = chain();
      if (known === null) return { running: true, sealed: null }; // another tab was quicker
      const { revision, anchor, head, entries } = known;
      const clock = new Date(Math.max(Date.now(), entries[entries.length - 1].at)).toISOString();
      const committed = (await request(COMMIT_SEALED, { id, revision, anchor, head, length: entries.length, clock }, REPEATABLE)).commitSealedAnswers;
      if (committed.status === "STARTED") return { running: true, sealed: null };
      const sent = (await request(SEND_SEALED, { id, head, entries }, REPEATABLE)).sendSealedAnswers;
      return { running: false, sealed: sent.sealed };
    },
  };
}

/** Whether a chain was refused for good. @param {unknown} error @returns {error is Failure} */
export function isRefusedSeal(error) {
  return error instanceof Failure && (error.code.startsWith("SEALED_") || ["ATTEMPT_ENDED", "NOT_FOUND", "VALIDATION_ERROR"].includes(error.code));
}

/** @param {Answer | null} answer @param {number} bytes */
function spacing(answer, bytes) {
  const isText = typeof answer === "string" || (Array.isArray(answer) && typeof answer[0] === "string");
  return isText ? SPACING_MS * (1 + Math.floor(bytes / SPACED_EVERY_BYTES)) : 0;
}

/** @param {Chain} chain @param {string} question @param {Answer | null} answer */
async function append(chain, question, answer) {
  const { entries, head: prev } = chain;
  const at = Math.max(Date.now(), entries[entries.length - 1]?.at ?? 0);
  const entry = { answer, at, n: entries.length + 1, prev, question }; // in the order of canonical JSON
  const bytes = new TextEncoder().encode(JSON.stringify(entry));
  chain.head = base64url(await crypto.subtle.digest("SHA-256", bytes));
  chain.bytes += bytes.length;
  entries.push(entry);
}

/** @param {ArrayBuffer} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
