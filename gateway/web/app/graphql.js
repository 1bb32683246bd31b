// GraphQL over HTTP: one request at a time, failures with their codes, and reads that are tried again.

import { post } from "./post.js";
import { createStore } from "./store.js";

const TIMEOUT_MS = 20_000;
const READ_TRIES = 3;
const RETRY_MS = 400;
const LOOK_EVERY_MS = 4_000;

/**
 * A document whose result and variables are known to the type checker.
 * @template Result, Variables
 * @typedef {string & { __result?: Result, __variables?: Variables }} Document
 */

/** Whether the server can be reached, as far as is known: from failed requests, then from looking. */
export const online = createStore(true);

/** @type {ReturnType<typeof setInterval> | undefined} */
let looking;

online.subscribe((reached) => {
  clearInterval(looking);
  if (!reached) looking = setInterval(look, LOOK_EVERY_MS);
});
globalThis.addEventListener?.("online", () => online.get() || look());

async function look() {
  const found = await fetch("/site.json", { cache: "no-store" }).catch(() => null);
  if (found?.ok) online.set(true);
}

/** A request that brought no data. `code`, `details` and `fields` are those of the error object. */
export class Failure extends Error {
  /** @param {{ message?: string, extensions?: { code?: string, details?: Record<string, any> } } | null} error */
  constructor(error) {
    super(error?.message ?? "The server did not answer");
    this.code = error?.extensions?.code ?? "UNAVAILABLE";
    /** @type {Record<string, any>} */
    this.details = error?.extensions?.details ?? {};
    /** @type {{ field: string, code?: string, message: string, [parameter: string]: unknown }[]} */
    this.fields = this.details.fields ?? [];
    /** Whether the same request may succeed a little later. */
    this.retryable = error === null || this.details.retryable === true;
    /** Whether the request may have been carried out, and only its answer was lost. */
    this.unanswered = error === null;
  }
}

/**
 * Send one document. Queries are tried again where that may help; a mutation only with
 * `repeatable`, which its `idempotencyKey` makes true.
 * @template Result, Variables
 * @param {Document<Result, Variables>} query
 * @param {Variables} variables
 * @param {{ token?: string | null, signal?: AbortSignal, repeatable?: boolean, ahead?: Promise<Response> }} [options]
 *   `ahead` is the answer to the first try, if it has been asked for already.
 * @returns {Promise<Result>} Rejects with a `Failure`.
 */
export async function send(query, variables, { token = null, signal, repeatable, ahead } = {}) {
  const isRepeatable = repeatable ?? !/^\s*mutation\b/.test(query);
  const tries = isRepeatable && online.get() ? READ_TRIES : 1; // without a connection, `look` tries again
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(query, variables, token, signal, attempt === 1 ? ahead : undefined);
    } catch (error) {
      if (!(error instanceof Failure) || !error.retryable || attempt === tries || signal?.aborted) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

/**
 * @template Result
 * @param {string} query
 * @param {unknown} variables
 * @param {string | null} token
 * @param {AbortSignal} [signal]
 * @param {Promise<Response>} [ahead]
 * @returns {Promise<Result>}
 */
async function once(query, variables, token, signal, ahead) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, TIMEOUT_MS);
  signal?.addEventListener("abort", stop);
  let body;
  try {
    const response = await (ahead ?? post({ query, variables }, { token, signal: controller.signal }));
    body = await response.json();
    online.set(true);
  } catch {
    if (!signal?.aborted) online.set(false);
    throw new Failure(null);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
  if (body.errors?.length) throw new Failure(body.errors[0]);
  if (!body.data) throw new Failure({ message: body.message, extensions: { code: body.code, details: body.details } });
  return body.data;
}
