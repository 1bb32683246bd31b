// Style sheets that only some pages need.

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Load a style sheet once.
 * @param {string} name Its path below the site's root, without a slash before it.
 * @returns {Promise<void>} Also fulfilled when it cannot be had: a page without its looks is better than none.
 */
export function loadStyles(name) {
  const known = loaded.get(name);
  if (known) return known;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../${name}`, import.meta.url).href;
  const done = new Promise((/** @type {(value: void) => void} */ resolve) => {
    link.onload = link.onerror = () => resolve();
  });
  document.head.append(link);
  loaded.set(name, done);
  return done;
}
