// One part of a file on its way to the storage. `fetch` does not say how far it is; this does.

import { Failure } from "../../app/graphql.js";

/** A connection on which nothing moves for so long is dead, whatever it says of itself. */
const STALLED_MS = 60_000;
/** What the browser sets itself, and nobody else may. */
const OWN_HEADERS = new Set(["content-length", "host"]);

/**
 * @typedef {{ url: string, headers: readonly { name: string, value: string }[] }} Link
 * @typedef {{ status: number, failure: Failure | null }} Answer `status` is 0 where none came.
 */

/**
 * Send it. What the server answers is for the caller to judge; rejects only where `signal` stops it.
 * @param {Link} link
 * @param {Blob} blob
 * @param {{ signal: AbortSignal, onProgress: (bytes: number) => void }} options
 * @returns {Promise<Answer>}
 */
export function putPart(link, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest();
    const stop = () => http.abort();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let stalled;
    const moves = () => {
      clearTimeout(stalled);
      stalled = setTimeout(stop, STALLED_MS);
    };
    http.open("PUT", link.url);
    for (const { name, value } of link.headers) if (!OWN_HEADERS.has(name.toLowerCase())) http.setRequestHeader(name, value);
    http.upload.onprogress = ({ loaded }) => {
      moves();
      onProgress(loaded);
    };
    http.onloadend = () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ status: http.status, failure: errorIn(http.responseText) });
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) return reject(signal.reason);
    moves();
    return http.send(blob);
  });
}

/** The error of a refusal, where the answer is one of ours. @param {string} text */
function errorIn(text) {
  try {
    const { code, message, details } = JSON.parse(text);
    return code ? new Failure({ message, extensions: { code, details } }) : null;
  } catch {
    return null;
  }
}
