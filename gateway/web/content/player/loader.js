// How hls.js loads the files of a film: by the newest link, and again until they come. It hears of what cannot be
// had alone; an outage or a link that has ended is a load that takes longer.

import { Failure } from "../../app/graphql.js";
import { waitToTryAgain } from "../waiting.js";

/** What a link that has ended is answered. */
const REFUSED = new Set([401, 403, 404, 410]);
/** Answers after which the same request may succeed a little later, as it may after none. */
const LATER = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {"away" | Failure | null} Trouble Why nothing comes: no connection, or what the server says of the link.
 * @typedef {{ code: number, give: () => void }} Unloaded
 */

/**
 * A loader as hls.js takes it in its settings.
 * @param {any} Base Its own, which loads once.
 * @param {Link} link
 * @param {(trouble: Trouble) => void} tell
 */
export function loaderBy(Base, link, tell) {
  return class {
    /** @param {any} config */
    constructor(config) {
      this.config = config;
      this.inner = new Base(config);
      this.stats = this.inner.stats;
      this.context = null;
      this.stopped = new AbortController();
    }

    /** @param {any} context @param {any} config @param {any} callbacks */
    load(context, config, callbacks) {
      this.context = context;
      this.callbacks = callbacks;
      this.until(context, withoutRetries(config), callbacks).catch((error) => this.#failed(error, context, callbacks));
    }

    /** @param {any} context @param {any} config @param {any} callbacks */
    async until(context, config, callbacks) {
      const { signal } = this.stopped;
      let isRenewed = false;
      for (let failed = 0; ; this.#anew()) {
        if (link.isOver()) {
          await link.renew();
          isRenewed = true;
        }
        if (signal.aborted) return;
        const unloaded = await this.#once(context, config, callbacks);
        if (unloaded === null) return tell(null);
        if (REFUSED.has(unloaded.code) && !isRenewed) {
          await link.renew();
          isRenewed = true;
        } else if (LATER.has(unloaded.code)) {
          failed += 1;
          tell("away");
          await waitToTryAgain(failed, { signal });
        } else return unloaded.give();
      }
    }

    /** @param {any} context @param {any} config @param {any} callbacks @returns {Promise<Unloaded | null>} Null once it is there. */
    #once(context, config, callbacks) {
      const { inner } = this;
      return new Promise((resolve) => {
        inner.load({ ...context, url: link.addressOf(context.url) }, config, {
          onSuccess: (/** @type {any} */ response, /** @type {any} */ stats, /** @type {any} */ _, /** @type {any} */ details) => {
            resolve(null);
            callbacks.onSuccess(response, stats, context, details);
          },
          onProgress: callbacks.onProgress && ((/** @type {any} */ stats, /** @type {any} */ _, /** @type {any} */ data, /** @type {any} */ details) => callbacks.onProgress(stats, context, data, details)),
          onError: (/** @type {any} */ error, /** @type {any} */ _, /** @type {any} */ details, /** @type {any} */ stats) => resolve({ code: error.code, give: () => callbacks.onError(error, context, details, stats) }),
          onTimeout: () => resolve({ code: 0, give: () => {} }),
        });
      });
    }

    /** Another that loads once, with the numbers that hls.js looks at. */
    #anew() {
      const { stats } = this;
      this.inner.destroy();
      this.inner = new Base(this.config);
      for (const [name, value] of Object.entries(this.inner.stats)) {
        if (typeof value === "object") Object.assign(stats[name], value);
        else stats[name] = value;
      }
      this.inner.stats = stats;
    }

    /** @param {unknown} error @param {any} context @param {any} callbacks */
    #failed(error, context, callbacks) {
      if (this.stopped.signal.aborted || (error instanceof DOMException && error.name === "AbortError")) return;
      if (!(error instanceof Failure)) throw error;
      tell(error);
      callbacks.onError({ code: 403, text: error.code }, context, null, this.stats);
    }

    abort() {
      this.stopped.abort();
      this.stats.aborted = true;
      this.inner.abort();
      this.callbacks?.onAbort?.(this.stats, this.context, this.inner.loader ?? null);
    }

    destroy() {
      this.stopped.abort();
      this.callbacks = null;
      this.inner.destroy();
    }

    getCacheAge() {
      return this.inner.getCacheAge?.() ?? null;
    }

    /** @param {string} name */
    getResponseHeader(name) {
      return this.inner.getResponseHeader?.(name) ?? null;
    }
  };
}

/** @param {any} config */
function withoutRetries(config) {
  return { ...config, loadPolicy: { ...config.loadPolicy, errorRetry: null, timeoutRetry: null } };
}
