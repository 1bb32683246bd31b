// A quiz that is being edited: what there is, its history, and its way to the server.

import { Failure, online } from "../../app/graphql.js";
import { keepAnswer, keptAnswer } from "../../app/offline.js";
import { request, session } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { createStore } from "../../app/store.js";
import { ALIVE_EVERY_MS } from "../../app/tab-drafts.js";
import { QUIZ_REVISION, QUIZ_TO_EDIT } from "../documents.js";
import { baseOf, nextOperation, workOf } from "./base.js";
import { emptyHistory, rebased, stepped, taken } from "./history.js";
import { keeper } from "./keeping.js";
import { decided, merge } from "./merging.js";
import { renamed } from "./renaming.js";
import { addingOf, perform } from "./saving.js";

/**
 * @typedef {import("./base.js").Base} Base
 * @typedef {import("./merging.js").Work} Work
 * @typedef {import("./merging.js").Conflict} Conflict
 * @typedef {import("./form.js").Form} Form
 *
 * @typedef {object} State
 * @property {import("./settings-form.js").LoadedQuiz | null} quiz As it was read first: where it belongs to.
 * @property {Failure | null} unread Why it could not be read.
 * @property {Base | null} base
 * @property {Work} work
 * @property {Conflict[]} conflicts What somebody else has changed too.
 * @property {Record<string, { form: unknown, failure: Failure }>} refused What the server does not take, by key.
 * @property {import("./history.js").History<Work>} history
 * @property {import("./saving.js").Additions} adding
 * @property {"saved" | "waiting" | "saving" | "failed"} saving
 * @property {Failure | null} failure Why nothing is saved now.
 * @property {boolean} kept Whether unsaved work is kept in this browser.
 * @property {boolean} restored Whether there was unsaved work from before.
 */

/** @typedef {ReturnType<typeof createWorkspace>} Workspace */

const PAUSE_MS = 700;
const KEEP_MS = 250;
const RETRY_MS = 5_000;
const LOOK_MS = 20_000;
/** Changes of others in a row that are joined, before it is said that saving does not succeed. */
const MERGES = 5;
const CHANGED = new Set(["QUIZ_CHANGED", "QUESTION_CHANGED", "NOT_FOUND"]);

/** @param {string} quizId */
export function createWorkspace(quizId) {
  const userId = session.get().user?.id ?? "guest";
  const drafts = keeper(userId, quizId);
  const keptName = `quiz ${userId} ${quizId}`;
  /** @type {import("../../app/store.js").Store<State>} */
  const store = createStore(/** @type {any} */ ({
    quiz: null, unread: null, base: null, work: { settings: {}, questions: [] }, conflicts: [], refused: {}, history: emptyHistory(), adding: {}, saving: "saved", failure: null, kept: true, restored: false,
  }));
  /** @param {Partial<State>} part */
  const put = (part) => store.set((state) => ({ ...state, ...part }));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let keeping;
  let running = false;

  // --- what the server has -----------------------------------------------------------------------

  /** What is read and what is sent come one after the other. @type {Promise<unknown>} */
  let turn = Promise.resolve();

  /**
   * @template T
   * @param {() => Promise<T>} deed
   * @returns {Promise<T>}
   */
  function inTurn(deed) {
    const done = turn.then(deed);
    turn = done.catch(() => {});
    return done;
  }

  async function fetchQuiz() {
    const { quiz } = await request(QUIZ_TO_EDIT, { id: quizId });
    if (quiz === null) throw new Failure({ message: "", extensions: { code: "NOT_FOUND" } });
    keepAnswer(keptName, quiz);
    return quiz;
  }

  /** The quiz as it was read last, while the server cannot be reached. @param {unknown} failure */
  async function keptQuiz(failure) {
    const isUnanswered = failure instanceof Failure && failure.unanswered;
    const quiz = isUnanswered ? await keptAnswer(keptName) : null;
    if (quiz === null) throw failure;
    return quiz;
  }

  async function read() {
    receive(await fetchQuiz());
  }

  /** @param {import("./settings-form.js").LoadedQuiz} quiz */
  function receive(quiz) {
    const { base: before, work, conflicts, history } = store.get();
    const base = baseOf(quiz, before);
    if (before === null) return put({ quiz, base, work: workOf(base), unread: null });
    const [from, to] = [workOf(before), workOf(base)];
    const joined = merge(from, work, to);
    put({
      quiz,
      base,
      work: joined.work,
      conflicts: [...stillOpen(conflicts, joined.conflicts, to), ...joined.conflicts],
      history: rebased(history, (step) => merge(from, step, to).work),
    });
  }

  async function load() {
    put({ unread: null });
    try {
      await inTurn(async () => {
        let isFetched = true;
        const quiz = await fetchQuiz().catch((failure) => {
          isFetched = false;
          return keptQuiz(failure);
        });
        const [first, ...more] = store.get().base === null ? drafts.takeUp({ reloaded: true }) : [];
        if (first) put({ base: first.base, work: first.work, conflicts: first.conflicts, adding: first.adding, restored: true });
        if (first && !isFetched) put({ quiz }); // what the draft began from is newer
        else receive(quiz);
        more.forEach(takeUp);
      });
      changed();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      put({ unread: error });
    }
  }

  /** Take up what a tab has left unsaved. @param {import("./keeping.js").Kept} kept */
  function takeUp(kept) {
    const { base, work, conflicts, adding } = store.get();
    if (base === null) return;
    const known = renamed(kept, base);
    const now = workOf(base);
    const onNow = merge(workOf(known.base), known.work, now);
    const joined = merge(now, work, onNow.work);
    put({
      work: joined.work,
      conflicts: [...conflicts, ...stillOpen(known.conflicts, onNow.conflicts, now), ...onNow.conflicts, ...joined.conflicts],
      adding: { ...adding, ...known.adding },
      restored: true,
    });
  }

  // --- saving ------------------------------------------------------------------------------------

  function changed() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEP_MS);
    clearTimeout(pause);
    if (next() === null && !running) return void put({ saving: "saved", failure: null });
    if (!running) put({ saving: store.get().failure ? "failed" : "waiting" });
    pause = setTimeout(save, PAUSE_MS);
  }

  function next() {
    const { base, work, conflicts, refused } = store.get();
    if (base === null) return null;
    const asked = new Set(conflicts.map(({ key }) => key));
    return nextOperation(base, work, (key, form) => asked.has(key) || (key in refused && refused[key].form === (form ?? work.settings)));
  }

  function save() {
    clearTimeout(pause);
    return inTurn(sendAll);
  }

  async function sendAll() {
    running = true;
    let merges = 0;
    try {
      for (let operation = next(); operation !== null; operation = next()) {
        put({ saving: "saving", failure: null });
        try {
          await carryOut(operation);
          merges = 0;
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          if (CHANGED.has(error.code) && (merges += 1) <= MERGES) await read();
          else if (error.code === "VALIDATION_ERROR") refuse(operation, error);
          else throw error;
        }
      }
      put({ saving: "saved", failure: null });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      put({ saving: "failed", failure: error });
      if (error.retryable && online.get()) pause = setTimeout(save, RETRY_MS);
    } finally {
      running = false;
      keep();
    }
  }

  /** @param {import("./base.js").Operation} operation */
  async function carryOut(operation) {
    const { base, adding } = store.get();
    const key = operation.kind === "add" ? operation.form.key : "";
    if (operation.kind === "add") {
      put({ adding: { ...adding, [key]: addingOf(operation, adding[key]) } });
      keep(); // so that a reload sends it again as it is, and does not add a second one
    }
    const apply = await perform(quizId, /** @type {Base} */ (base), operation, store.get().adding[key]);
    store.set((state) => {
      const known = apply(/** @type {Base} */ (state.base));
      const others = new Set(known.questions.map((saved) => saved.key));
      const was = state.base?.questions.filter((saved) => !others.has(saved.key)).map((saved) => saved.key) ?? [];
      const questions = operation.kind === "add" ? state.work.questions.filter((form) => !was.includes(form.key)) : state.work.questions;
      return { ...state, base: known, work: { ...state.work, questions }, adding: without(state.adding, key) };
    });
  }

  /**
   * @param {import("./base.js").Operation} operation
   * @param {Failure} failure
   */
  function refuse(operation, failure) {
    if (operation.kind === "delete" || operation.kind === "order") throw failure;
    const { refused, adding } = store.get();
    const key = operation.kind === "settings" ? "settings" : operation.form.key;
    const form = operation.kind === "settings" ? store.get().work.settings : operation.form;
    put({ refused: { ...refused, [key]: { form, failure } }, adding: without(adding, key) });
  }

  // --- in this browser ---------------------------------------------------------------------------

  function keep() {
    clearTimeout(keeping);
    const { base, work, adding, conflicts } = store.get();
    if (base === null) return;
    const kept = isUnsaved() ? drafts.keep({ base, work, adding, conflicts }) : drafts.forget() || true;
    if (kept !== store.get().kept) put({ kept });
  }

  function isUnsaved() {
    const { base, work, conflicts } = store.get();
    return base !== null && (conflicts.length > 0 || nextOperation(base, work, () => false) !== null);
  }

  /** Whether somebody else has been at it. */
  async function look() {
    const { base } = store.get();
    if (base === null || running || document.visibilityState !== "visible" || !online.get()) return;
    try {
      await inTurn(async () => {
        const { quiz } = await request(QUIZ_REVISION, { id: quizId });
        if (quiz === null || quiz.revision === store.get().base?.revision) return;
        await read();
        changed();
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // said when something is saved
    }
  }

  // --- what a page does with it ------------------------------------------------------------------

  return {
    store,
    load,
    save,
    isUnsaved,

    /** For as long as the page is shown. Returns what to do when it is left, which saves once more. */
    attend() {
      const leave = () => {
        keep();
        drafts.leave();
      };
      const back = () => void look();
      const alive = setInterval(() => {
        if (isUnsaved()) keep();
        takeUpLater();
      }, ALIVE_EVERY_MS);
      const looking = setInterval(back, LOOK_MS);
      const reached = online.subscribe((value) => value && (store.get().base === null ? load() : save()));
      addEventListener("pagehide", leave);
      addEventListener("focus", back);
      document.addEventListener("visibilitychange", back);
      return () => {
        clearInterval(alive);
        clearInterval(looking);
        reached();
        removeEventListener("pagehide", leave);
        removeEventListener("focus", back);
        document.removeEventListener("visibilitychange", back);
        return save().then(leave);
      };
    },

    /**
     * @param {string} tag What is changed: the same again shortly after is the same step.
     * @param {(work: Work) => Work} change
     */
    change(tag, change) {
      store.set((state) => {
        const work = change(state.work);
        return { ...state, work, history: stepped(state.history, state.work, tag, Date.now()) };
      });
      changed();
    },

    /** @param {"undo" | "redo"} way */
    step(way) {
      const { history, work } = store.get();
      const found = taken(history, work, way);
      if (!found) return;
      put({ work: found.present, history: found.history });
      changed();
    },

    /**
     * @param {Conflict} conflict
     * @param {"mine" | "theirs" | "both"} choice
     */
    decide(conflict, choice) {
      store.set((state) => ({
        ...state,
        work: decided(state.work, conflict, choice, randomId()),
        history: stepped(state.history, state.work, "", Date.now()),
        conflicts: state.conflicts.filter((each) => each !== conflict),
      }));
      changed();
    },

    /** After something was changed on the server by another way. */
    async refresh() {
      await inTurn(read);
      changed();
    },
  };

  /** What a tab that is gone has left. */
  function takeUpLater() {
    if (isUnsaved() || store.get().base === null) return;
    const left = drafts.takeUp();
    left.forEach(takeUp);
    if (left.length > 0) changed();
  }
}

/**
 * Conflicts that are not decided, with what the others have now.
 * @param {Conflict[]} before
 * @param {Conflict[]} found
 * @param {Work} theirs
 * @returns {Conflict[]}
 */
function stillOpen(before, found, theirs) {
  return before
    .filter(({ key }) => !found.some((other) => other.key === key))
    .map((conflict) => (conflict.kind === "question" ? { ...conflict, theirs: theirs.questions.find(({ key }) => key === conflict.key) ?? null } : { ...conflict, theirs: theirs.settings[/** @type {keyof Work["settings"]} */ (conflict.key)] }));
}

/**
 * @template T
 * @param {Record<string, T>} all
 * @param {string} key
 */
function without(all, key) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== key));
}
