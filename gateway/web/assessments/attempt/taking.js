// An attempt that is under way: each change on its way to the server, one after the other. What cannot be
// sent is kept in this browser, through reloads too, and is sent when there is a connection again.

import { Failure, online } from "../../app/graphql.js";
import { handOverLeft, keepOutcome, sealedName as sealedNameOf } from "../../app/left-sealed.js";
import { keepAnswer, keptAnswer } from "../../app/offline.js";
import { request, session } from "../../app/session.js";
import { randomId, recall } from "../../app/storage.js";
import { createStore } from "../../app/store.js";
import { ALIVE_EVERY_MS, tabDrafts } from "../../app/tab-drafts.js";
import { ATTEMPT, ATTEMPT_TIME, NOTE_ACTIVITY, SAVE_ANSWER, SUBMIT_ATTEMPT } from "./documents.js";
import { createServerClock } from "./server-clock.js";
import { EMPTY, acknowledged, begun, decided, heard, nextToSend, outrun, received, refusedAnswer, takenUp, unsaved, unsealed, written } from "./sheet.js";

/**
 * @typedef {import("./wire.js").TakenQuiz} TakenQuiz
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {import("./sheet.js").Sheet} Sheet
 *
 * @typedef {object} State
 * @property {TakenQuiz | null} quiz As it was read last.
 * @property {Failure | null} unread Why it could not be read.
 * @property {Sheet} sheet
 * @property {"saved" | "waiting" | "saving" | "failed"} saving
 * @property {Failure | null} failure Why nothing is saved now.
 * @property {readonly import("./channel.js").AttemptMessage[]} messages From the teacher, the newest last.
 * @property {number} devices How many show this attempt, as far as is known.
 * @property {boolean} kept Whether there is room in this browser for what is not saved.
 * @property {Sealed | null} sealed What was written without a connection and came after the end.
 */

/** @typedef {{ status: import("./sealing.js").SealedStatus | null, failure: Failure | null, answers: Record<string, Answer | null> }} Sealed `status` null: it was not taken. */
/** @typedef {ReturnType<typeof createTaking>} Taking */

/** Somebody types on: not each letter is sent, but what was typed is never long on its way. */
const PAUSE_MS = 800;
const AT_ONCE_MS = 50;
const LONGEST_PAUSE_MS = 4_000;
const BEFORE_END_MS = 1_500;
const RETRY_MS = 5_000;
const LOOK_MS = 15_000;
/** So long before the end all that is written is sealed at once. */
const SEAL_ALL_MS = 20_000;
/** Around the deadline, until the server says that it is over. */
const LOOK_AT_END_MS = 1_500;
const REPEATABLE = { repeatable: true };

/** Held while a page shows an attempt, which hands over what is sealed by itself. @param {string} sealedName */
export const pageLock = (sealedName) => `${sealedName} page`;

/** What has its default is left out. @param {any} taken @returns {TakenQuiz} */
function whole({ attempt, ...taken }) {
  return { description: null, ...taken, attempt: { endedAt: null, ending: null, creditedMs: 0, ...attempt } };
}

/** @param {string} id Of the submission. */
export function createTaking(id) {
  const userId = session.get().user?.id ?? "guest";
  const keptName = `attempt ${userId} ${id}`;
  const sealedName = sealedNameOf(userId, id);
  const drafts = tabDrafts(`stoa.attempt.${userId}.${id}.`);
  const clock = createServerClock();
  const store = createStore(/** @type {State} */ ({ quiz: null, unread: null, sheet: EMPTY, saving: "saved", failure: null, messages: [], devices: 1, kept: true, sealed: null }));
  /** @param {Partial<State>} part */
  const put = (part) => store.set((state) => ({ ...state, ...part }));
  /** @param {(sheet: Sheet) => Sheet} step */
  const turnPage = (step) => store.set((state) => ({ ...state, sheet: step(state.sheet) }));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  let dueAt = Infinity;
  /** @type {Promise<void> | null} */
  let sending = null;
  /** @type {typeof import("./sealing.js") | null} */
  let seals = null;
  /** @type {import("./sealing.js").Sealing | null} */
  let sealing = null;
  let anchor = { revision: 0, anchor: "" };
  /** @type {Promise<void> | null} */
  let handing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let sealLater;
  /** @type {Promise<void> | null} No other tab, nor another page of this one, is handing over any more. */
  let shown = null;

  // --- what the server has -----------------------------------------------------------------------

  async function fetchAttempt() {
    const sent = performance.now();
    const { quizAttempt } = await request(ATTEMPT, { id });
    const quiz = whole(/** @type {any} */ (quizAttempt));
    clock.heard(quiz.attempt.now, sent);
    keepAnswer(keptName, { quiz, at: Date.now() });
    anchoredIn(quiz.attempt);
    return quiz;
  }

  /** As it was read last, while the server cannot be reached. @param {unknown} failure */
  async function keptAttempt(failure) {
    const found = failure instanceof Failure && failure.unanswered && store.get().quiz === null ? await keptAnswer(keptName) : null;
    if (found === null) throw failure;
    anchoredIn(found.quiz.attempt);
    clock.heard(found.quiz.attempt.now + Date.now() - found.at, performance.now());
    return /** @type {TakenQuiz} */ (found.quiz);
  }

  async function load() {
    const isFirst = store.get().quiz === null;
    put({ unread: null });
    await shown;
    try {
      if (recall("localStorage", sealedName) !== null && (await sealingReady)) await handOver().catch((error) => {
        if (!(error instanceof Failure)) throw error; // it is tried again with the next save
      });
      const quiz = await fetchAttempt().catch(keptAttempt);
      const left = isFirst ? drafts.takeUp({ reloaded: true }) : [];
      store.set((state) => {
        const sheet = received(left.reduce((before, { own }) => takenUp(before, own), state.sheet), quiz.attempt);
        return { ...state, quiz, sheet: isFirst && quiz.attempt.endedAt === null ? unsealed(sheet, sealing?.chain() ?? null, randomId) : sheet };
      });
      changed(AT_ONCE_MS);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (store.get().quiz === null || !error.unanswered) put({ unread: error });
    }
  }

  /** Whether its time or its state is another one now. */
  async function look() {
    const { quiz } = store.get();
    if (quiz === null || !online.get()) return;
    try {
      const { quizSubmission: now } = await request(ATTEMPT_TIME, { id });
      const deadlineAt = now?.deadlineAt ? Date.parse(now.deadlineAt) : null;
      const { attempt } = quiz;
      if (now === null || (now.status === "SUBMITTED") !== (attempt.endedAt !== null) || deadlineAt !== attempt.deadlineAt) await load();
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // said when something is saved
    }
  }

  // --- saving ------------------------------------------------------------------------------------

  /** @param {number} wait Milliseconds, at most. */
  function changed(wait) {
    keep();
    const { sheet, failure } = store.get();
    if (nextToSend(sheet) === null) {
      if (sending === null) put({ saving: "saved", failure: null });
      return;
    }
    if (sending === null) put({ saving: failure ? "failed" : "waiting" });
    const now = performance.now();
    const end = store.get().quiz?.attempt.deadlineAt ?? Infinity;
    dueAt = Math.min(now + wait, dueAt === Infinity ? now + LONGEST_PAUSE_MS : Math.max(dueAt, now), Math.max(now, now + end - BEFORE_END_MS - clock.now()));
    clearTimeout(pause);
    pause = setTimeout(flush, dueAt - now);
  }

  /** Send all that is written. Resolves when nothing more can be sent now. */
  function flush() {
    clearTimeout(pause);
    dueAt = Infinity;
    sending ??= sendAll().finally(() => {
      sending = null;
      keep();
    });
    return sending;
  }

  async function sendAll() {
    try {
      const { sealed } = store.get();
      await handOver();
      if (store.get().sealed !== sealed) await load();
      for (let questionId = nextToSend(store.get().sheet); questionId !== null; questionId = nextToSend(store.get().sheet)) {
        put({ saving: "saving" });
        await send(questionId);
      }
      put({ saving: "saved", failure: null });
      sealing?.forget(); // what is left waits for a decision of the student, not for a connection
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      put({ saving: "failed", failure: error });
      if (error.unanswered) seal();
      if (error.code === "ATTEMPT_ENDED" || error.code === "NOT_FOUND") await load();
      else if ((error.retryable || error.code === "QUIZ_NETWORK") && online.get()) pause = setTimeout(flush, RETRY_MS);
    }
  }

  /** @param {string} questionId */
  async function send(questionId) {
    turnPage((sheet) => begun(sheet, questionId));
    keep(); // so that a reload sends it again as it is
    const { sending: own, expected } = store.get().sheet.own[questionId];
    if (own === null) return;
    try {
      const given = { questionId, answer: own.answer, answerId: own.answerId, expectedRevision: expected };
      const sent = performance.now();
      const saved = (await channel?.save(given)) ?? (await request(SAVE_ANSWER, { id, ...given }, REPEATABLE)).submitQuizAnswerWithPayload;
      clock.heard(saved.savedAt, sent);
      anchoredIn(saved);
      turnPage((sheet) => acknowledged(sheet, questionId, saved));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { answer, revision } = /** @type {any} */ (error.details);
      if (error.code === "ANSWER_CHANGED") turnPage((sheet) => outrun(sheet, questionId, { answer: answer ?? null, revision }));
      else if (error.code === "VALIDATION_ERROR" || error.code === "ANSWERS_FULL") turnPage((sheet) => refusedAnswer(sheet, questionId, error));
      else throw error;
    }
  }

  // --- without a connection ----------------------------------------------------------------------

  const sealingReady = import("./sealing.js").then(
    (found) => {
      if (!navigator.locks || !crypto.subtle) return false;
      seals = found;
      sealing = found.createSealing(sealedName);
      return true;
    },
    () => false, // without it, what comes after the end is late
  );

  /** @param {{ revision: number, anchor: string }} known */
  function anchoredIn(known) {
    if (known.revision >= anchor.revision) anchor = { revision: known.revision, anchor: known.anchor };
  }

  /** Seal what is written and not saved. @param {boolean} [now] */
  async function seal(now = false) {
    clearTimeout(sealLater);
    const { quiz, sheet } = store.get();
    if (sealing === null || quiz === null || quiz.attempt.endedAt !== null || anchor.anchor === "") return;
    const left = (quiz.attempt.deadlineAt ?? Infinity) - clock.now();
    const wait = await sealing.seal(unsaved(sheet), anchor, now || left < SEAL_ALL_MS);
    if (wait > 0) sealLater = setTimeout(() => seal(), Math.max(0, Math.min(wait, left - BEFORE_END_MS)));
  }

  /** The chain of what was sealed comes first. */
  function handOver() {
    handing ??= handOverNow().finally(() => (handing = null));
    return handing;
  }

  async function handOverNow() {
    if (sealing === null || seals === null || sealing.chain() === null) return;
    if (online.get()) await seal(true);
    try {
      const { running, sealed } = await sealing.handOver(id);
      if (running) return;
      handedOver({ status: sealed, failure: null });
    } catch (error) {
      if (!seals.isRefusedSeal(error)) throw error;
      if (error.code.startsWith("SEALED_")) {
        keepOutcome(id, { status: null, code: error.code });
        put({ sealed: { status: null, failure: error, answers: sealedAnswers() } });
      }
      sealing.forget();
    }
  }

  function sealedAnswers() {
    return Object.fromEntries((sealing?.chain()?.entries ?? []).map(({ question, answer }) => [question, answer]));
  }

  /** @param {Omit<Sealed, "answers">} outcome */
  function handedOver(outcome) {
    const answers = sealedAnswers();
    keepOutcome(id, { status: outcome.status, code: null });
    store.set((state) => ({ ...state, sealed: { ...outcome, answers }, sheet: { ...state.sheet, own: {}, theirs: {} } }));
    sealing?.forget();
    drafts.takeUp({ reloaded: true });
    drafts.forget();
  }

  // --- what the server tells by itself -----------------------------------------------------------

  let connected = false;
  /** @type {import("./channel.js").Channel | null} */
  let channel = null;

  /** @param {{ deadlineAt: number | null, creditedMs: number }} time */
  function retimed({ deadlineAt, creditedMs }) {
    const { quiz } = store.get();
    if (quiz === null || quiz.attempt.endedAt !== null) return void load(); // it goes on
    put({ quiz: { ...quiz, attempt: { ...quiz.attempt, deadlineAt, creditedMs } } });
    return undefined;
  }

  /** @type {import("./channel.js").Listeners} */
  const listeners = {
    entered({ devices = 1, messages = [], deadlineAt, creditedMs = 0, endedAt = null, answers, revision, anchor: known = "" }) {
      anchoredIn({ revision, anchor: known });
      connected = true;
      const { quiz } = store.get();
      put({ devices, messages });
      if ((quiz?.attempt.endedAt ?? null) !== endedAt) return void load();
      turnPage((sheet) => received(sheet, /** @type {any} */ ({ answers, revision })));
      if (endedAt === null) retimed({ deadlineAt, creditedMs });
      return undefined;
    },
    lost: () => void (connected = false),
    answered: (change) => turnPage((sheet) => heard(sheet, change)),
    timed: retimed,
    over: () => void load(),
    message: (message) => store.set((state) => (state.messages.some(({ messageId }) => messageId === message.messageId) ? state : { ...state, messages: [...state.messages, message] })),
    devices: (devices) => put({ devices }),
  };

  // --- in this browser ---------------------------------------------------------------------------

  const isUnsaved = () => Object.keys(store.get().sheet.own).length > 0;

  function keep() {
    const { own } = store.get().sheet;
    const kept = isUnsaved() ? drafts.keep({ own }) : drafts.forget() || true;
    if (kept !== store.get().kept) put({ kept });
  }

  // --- what a page does with it ------------------------------------------------------------------

  return {
    id,
    store,
    load,
    flush,
    isUnsaved,
    now: clock.now,

    /**
     * Hand over or save what an earlier visit has left, without a page that shows it.
     * @returns {Promise<Sealed | null>} What became of what came after the end.
     */
    async catchUp() {
      await load();
      await flush();
      clearTimeout(pause);
      clearTimeout(sealLater);
      return store.get().sealed;
    },

    /** For as long as the page is shown. Returns what to do when it is left, which saves once more. */
    attend() {
      let left = false;
      let unlock = () => {};
      if (navigator.locks) shown = new Promise((granted) => void navigator.locks.request(pageLock(sealedName), { mode: "shared" }, () => new Promise((/** @type {(value?: undefined) => void} */ done) => {
        unlock = done;
        granted();
        if (left) done();
      })));
      const leave = () => {
        keep();
        drafts.leave();
      };
      const seen = () => {
        note(document.hidden ? "LEFT" : "RETURNED");
        if (!document.hidden) load();
      };
      const alive = setInterval(() => isUnsaved() && keep(), ALIVE_EVERY_MS);
      const looking = setInterval(() => document.hidden || connected || look(), LOOK_MS);
      import("./channel.js").then(({ openChannel }) => void (left || (channel = openChannel(id, listeners))), () => {}); // without it, `look` and HTTP do
      const ending = setInterval(() => {
        const { quiz } = store.get();
        const { deadlineAt = null, endedAt = null } = quiz?.attempt ?? {};
        if (deadlineAt !== null && endedAt === null && clock.now() > deadlineAt && online.get()) load();
      }, LOOK_AT_END_MS);
      const reached = online.subscribe((value) => value && load());
      addEventListener("pagehide", leave);
      document.addEventListener("visibilitychange", seen);
      return () => {
        left = true;
        clearInterval(alive);
        clearInterval(looking);
        clearInterval(ending);
        clearTimeout(sealLater);
        reached();
        removeEventListener("pagehide", leave);
        document.removeEventListener("visibilitychange", seen);
        const own = channel;
        return flush().then(leave).finally(() => {
          own?.close();
          unlock();
          handOverLeft();
        });
      };
    },

    /**
     * @param {string} questionId
     * @param {Answer | null} answer
     * @param {{ typed?: boolean }} [options] `typed`: more is likely to follow.
     */
    write(questionId, answer, { typed = false } = {}) {
      turnPage((sheet) => written(sheet, questionId, { answer, answerId: randomId() }, Date.now()));
      changed(typed ? PAUSE_MS : AT_ONCE_MS);
    },

    /** @param {string} questionId @param {"mine" | "theirs"} choice */
    decide(questionId, choice) {
      turnPage((sheet) => decided(sheet, questionId, choice));
      changed(AT_ONCE_MS);
    },

    note,

    /** Hand it in, with all that is written. Rejects with a `Failure`. */
    async submit() {
      await flush();
      const { sheet, failure } = store.get();
      if (nextToSend(sheet) !== null && failure) throw failure;
      if (isUnsaved()) throw new Failure({ message: "", extensions: { code: "ANSWER_CHANGED" } });
      try {
        await request(SUBMIT_ATTEMPT, { id, revision: sheet.revision }, REPEATABLE);
      } catch (error) {
        if (error instanceof Failure && error.code === "ANSWER_CHANGED") await load();
        throw error;
      }
      await load();
    },
  };

  /**
   * Said for the log of the attempt alone: if it is lost, nothing else is.
   * @param {"VIEWED" | "LEFT" | "RETURNED"} activity
   * @param {string | null} [questionId]
   */
  function note(activity, questionId = null) {
    if (store.get().quiz?.attempt.endedAt === null) request(NOTE_ACTIVITY, { id, activity, questionId }).catch(() => {});
  }
}
