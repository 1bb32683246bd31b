// What a page reads: shown from the last time at once, fetched anew behind it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Failure, online } from "./graphql.js";
import { keepAnswer, keptAnswer } from "./offline.js";
import { request, session } from "./session.js";

const KEPT = 50;

/** @type {Map<string, unknown>} The newest answers by document and variables; the oldest go. */
const answers = new Map();

/**
 * @template Result
 * @typedef {object} Query
 * @property {Result | null} data The newest answer, also while another is on its way.
 * @property {Failure | null} failure Why there is no newer one.
 * @property {boolean} loading
 * @property {() => Promise<void>} reload
 * @property {(next: Result | ((before: Result) => Result)) => void} change Put in what a mutation brings. What is on its way is older, and is let go.
 */

/**
 * Read a document for as long as the component is there; null asks for nothing. With `offline`, the
 * answer can be read again without a network, until its user signs out.
 * @template Result, Variables
 * @param {import("./graphql.js").Document<Result, Variables> | null} document
 * @param {Variables} variables
 * @param {{ offline?: boolean }} [options]
 * @returns {Query<Result>}
 */
export function useQuery(document, variables, { offline = false } = {}) {
  const key = document === null ? "" : JSON.stringify([session.get().user?.id, document, variables]);
  const [state, setState] = useState(() => stateOf(key));
  /** @type {import("preact/hooks").MutableRef<AbortController | null>} */
  const running = useRef(null);

  const load = useCallback(async () => {
    if (document === null) return;
    running.current?.abort();
    const controller = (running.current = new AbortController());
    setState((before) => ({ ...before, loading: true }));
    try {
      const data = await request(document, variables, { signal: controller.signal });
      if (controller.signal.aborted) return;
      keep(key, data);
      setState({ key, data, failure: null, loading: false });
      if (offline) keepAnswer(key, data);
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      const kept = offline && error.unanswered && !answers.has(key) ? await keptAnswer(key) : null;
      if (controller.signal.aborted) return;
      setState((before) => ({ ...before, data: before.data ?? kept, failure: error, loading: false }));
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says which document and variables
  }, [key]);

  useEffect(() => {
    setState(stateOf(key));
    load();
    // What failed for want of a connection is fetched as soon as there is one.
    const stop = online.subscribe((value) => value && load());
    return () => {
      stop();
      running.current?.abort();
    };
  }, [key, load]);

  const change = useCallback((/** @type {any} */ next) => {
    running.current?.abort();
    setState((before) => {
      const data = typeof next === "function" ? next(before.data) : next;
      keep(key, data);
      return { ...before, data, failure: null, loading: false };
    });
  }, [key]);

  const shown = state.key === key ? state : stateOf(key);
  return /** @type {Query<Result>} */ ({ ...shown, reload: load, change });
}

/** Forget every answer: somebody else is signed in, or everything may have changed. */
export function forgetAnswers() {
  answers.clear();
}

/** @param {string} key */
function stateOf(key) {
  return { key, data: /** @type {unknown} */ (answers.get(key) ?? null), failure: /** @type {Failure | null} */ (null), loading: key !== "" };
}

/**
 * @param {string} key
 * @param {unknown} data
 */
function keep(key, data) {
  answers.delete(key);
  answers.set(key, data);
  const oldest = answers.keys().next().value;
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
}
