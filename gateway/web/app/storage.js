// The browser's storage, which private windows may refuse altogether.

/**
 * @param {"localStorage" | "sessionStorage"} storage
 * @param {string} key
 * @returns {any} What was remembered, or null.
 */
export function recall(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Keep `value`, or forget it if it is null.
 * @param {"localStorage" | "sessionStorage"} storage
 * @param {string} key
 * @param {unknown} value
 * @returns {boolean} Whether it is kept; storage may be full or refused.
 */
export function remember(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(key);
    else window[storage].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** What is remembered under names that begin so. @param {string} prefix @returns {string[]} */
export function namesIn(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Random hexadecimal digits; works without HTTPS too, as on a school's own network. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
