// Sealed answers that an earlier visit has left in this browser: the server is told of them on any page, as soon as
// there is a connection, since it takes them for a minute after that alone. See docs/client-protocols/sealed-answers.md.

import { online } from "./graphql.js";
import { session } from "./session.js";
import { namesIn, recall, remember } from "./storage.js";
import { createStore } from "./store.js";

/** @typedef {{ status: string | null, code: string | null }} Outcome What became of them; `code`: why they were not taken. */

const AGAIN_MS = 15_000;

/** One more with each attempt whose sealed answers were handed over, so that pages read it anew. */
export const handedOver = createStore(0);

/** @param {string} userId @param {string} id Of the submission. */
export const sealedName = (userId, id) => `stoa.sealed.${userId}.${id}`;

/** @param {string} id @param {Outcome} outcome */
export function keepOutcome(id, outcome) {
  remember("localStorage", outcomeName(id), outcome);
}

/** @param {string} id Of the submission. @returns {Outcome | null} */
export const outcomeOf = (id) => recall("localStorage", outcomeName(id));

/** @param {string} id */
const outcomeName = (id) => `stoa.sealed-outcome.${session.get().user?.id}.${id}`;

/** @type {Promise<void> | null} */
let handing = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

let isBegun = false;

/** From now on. */
export function handOverLeft() {
  if (isBegun) return;
  isBegun = true;
  session.subscribe(begin);
  online.subscribe(begin);
  begin();
}

function begin() {
  const ids = left();
  if (ids.length === 0 || !online.get()) return;
  clearTimeout(again);
  handing ??= import("../assessments/attempt/left-behind.js")
    .then(({ handOverEach }) => handOverEach(ids))
    .catch(() => {}) // the module was not to be had
    .finally(() => {
      handing = null;
      again = setTimeout(begin, AGAIN_MS);
    });
}

/** The attempts of whoever is signed in. */
function left() {
  const { user } = session.get();
  if (!user) return [];
  const prefix = sealedName(user.id, "");
  return namesIn(prefix).map((name) => name.slice(prefix.length));
}
