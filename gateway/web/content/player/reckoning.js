// What a player reckons: how long a link lives and where it leads, where one goes on, which captions come first. Pure.

/** From the beginning, and from the end: there one has hardly begun, or has seen it. Of a short film, less. */
const EDGE_SECONDS = 10;
const EDGE_SHARE = 0.05;

/**
 * How long a link lives, in milliseconds. Clocks of browsers are wrong, some by hours: it is never taken for more
 * than the film's length.
 * @param {{ durationSeconds: number, expiresAt: string }} stream
 * @param {number} now
 */
export function lifeOf({ durationSeconds, expiresAt }, now) {
  const told = Date.parse(expiresAt) - now;
  const length = durationSeconds * 1000;
  return told > 0 ? Math.min(told, length) : length;
}

/**
 * The address of a film's file under a link: all of them lie beside each other.
 * @param {string} address Of the same file under an older one, or its name.
 * @param {string} url Of the link.
 * @param {string} page
 */
export function fileBelow(address, url, page) {
  const name = address.split(/[?#]/)[0].split("/").pop() ?? "";
  return new URL(name, new URL(url, page)).href;
}

/** Whether one would want to go on there. @param {number} seconds @param {number} duration */
export function isInside(seconds, duration) {
  const edge = Math.min(EDGE_SECONDS, duration * EDGE_SHARE);
  return seconds > edge && seconds < duration - edge;
}

/**
 * The captions to begin with: as chosen the last time, or in the language of the page.
 * @param {readonly { language: string }[]} all
 * @param {string | undefined} chosen Empty for none.
 * @param {string} page The language of the page.
 * @returns {string} A language that there is, or empty.
 */
export function firstCaptions(all, chosen, page) {
  if (chosen === "") return "";
  const base = (/** @type {string} */ tag) => tag.toLowerCase().split("-")[0];
  const inLanguage = (/** @type {string} */ wanted) => (all.find((each) => each.language === wanted) ?? all.find((each) => base(each.language) === base(wanted)))?.language;
  return (chosen && inLanguage(chosen)) || inLanguage(page) || "";
}
