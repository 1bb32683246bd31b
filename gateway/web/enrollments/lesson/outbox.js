// Time spent on lessons, and that they are done, on its way to the server: each step until it is
// acknowledged, also over a reload. Its key makes it count once, however often it is sent.

import { Failure, online } from "../../app/graphql.js";
import { failureText } from "../../app/locale.js";
import { request, session } from "../../app/session.js";
import { randomId, recall, remember } from "../../app/storage.js";
import { createStore } from "../../app/store.js";
import { toast } from "../../kit/toast.js";
import { UPDATE_LESSON_PROGRESS } from "../documents.js";

const KEY = "stoa.time";
const KEPT_STEPS = 60;
const KEPT_MS = 12 * 3_600_000; // less than the server remembers keys

/** @typedef {{ user: string, enrollmentId: string, lessonId: string, seconds: number, done?: boolean, key: string, at: number }} Step */

/** How often the outbox has changed, for those who show what is in it. */
export const changes = createStore(0);

let sending = false;

/**
 * @param {string} enrollmentId
 * @param {string} lessonId
 * @param {number} seconds
 */
export function keepTime(enrollmentId, lessonId, seconds) {
  const user = session.get().user?.id;
  if (!user) return;
  change((steps) => [...steps, { user, enrollmentId, lessonId, seconds, key: randomId(), at: Date.now() }].slice(-KEPT_STEPS));
}

/**
 * Keep that a lesson is done, as the server could not be reached.
 * @param {string} enrollmentId
 * @param {string} lessonId
 * @param {string} key
 * @returns {boolean} Whether this browser keeps it.
 */
export function keepDone(enrollmentId, lessonId, key) {
  const user = session.get().user?.id;
  if (!user) return false;
  change((steps) => [...steps, { user, enrollmentId, lessonId, seconds: 0, done: true, key, at: Date.now() }].slice(-KEPT_STEPS));
  return isDoneKept(lessonId);
}

/** Whether it is done as far as this browser knows, and the server does not. @param {string} lessonId */
export function isDoneKept(lessonId) {
  const user = session.get().user?.id;
  return kept().some((step) => step.user === user && step.lessonId === lessonId && step.done === true);
}

/** Send what is kept for the signed-in user, oldest first. What cannot be sent now stays. */
export async function sendKeptTime() {
  if (sending) return;
  sending = true;
  try {
    for (let step = next(); step; step = next()) {
      const { enrollmentId, lessonId, seconds, done, key } = step;
      const progress = done ? { status: /** @type {const} */ ("COMPLETED") } : { timeSpentSeconds: seconds };
      await request(UPDATE_LESSON_PROGRESS, { enrollmentId, lessonId, progress, idempotencyKey: key }).catch((error) => unlessFinal(error, done));
      change((steps) => steps.filter((each) => each.key !== key));
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  } finally {
    sending = false;
  }
}

/** A step that the server refuses, as after leaving the course, is not sent again. @param {unknown} error @param {boolean} [said] Whether its user is told. */
function unlessFinal(error, said = false) {
  if (!(error instanceof Failure) || error.retryable || error.code === "AUTHENTICATION_ERROR") throw error;
  if (said) toast(failureText(error), { kind: "bad" });
}

/** @returns {Step | undefined} */
function next() {
  const user = session.get().user?.id;
  return kept().find((step) => step.user === user);
}

/** @returns {Step[]} */
function kept() {
  const steps = recall("localStorage", KEY);
  return Array.isArray(steps) ? steps.filter((step) => Date.now() - step.at < KEPT_MS) : [];
}

/** @param {(steps: Step[]) => Step[]} make */
function change(make) {
  const steps = make(kept());
  remember("localStorage", KEY, steps.length > 0 ? steps : null);
  changes.set((count) => count + 1);
}

online.subscribe((reached) => reached && sendKeptTime());
