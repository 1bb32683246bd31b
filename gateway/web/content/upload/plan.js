// How an upload is reckoned: its parts, how far it is, how long it takes, and when it is tried again.

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** How far back the speed is measured, and from how much of it on it says something. */
const MEASURED_MS = 20_000;
const LEAST_MEASURED_MS = 4_000;

/**
 * @typedef {{ size: number, partSize: number, stored: readonly number[] }} Stored What the server says of an upload.
 * @typedef {{ name: string, size: number, lastModified: number }} Chosen
 * @typedef {{ at: number, sent: number }} Sample
 */

/** How many parts there are. @param {Pick<Stored, "size" | "partSize">} upload */
export function partCount({ size, partSize }) {
  return Math.ceil(size / partSize);
}

/** The bytes of a part. @param {number} part From 1. @param {Pick<Stored, "size" | "partSize">} upload */
export function bytesOfPart(part, { size, partSize }) {
  return Math.max(0, Math.min(partSize, size - (part - 1) * partSize));
}

/** How many bytes have arrived. @param {Stored} upload */
export function storedBytes(upload) {
  return [...new Set(upload.stored)].reduce((sum, part) => sum + bytesOfPart(part, upload), 0);
}

/** Whether every part has arrived. @param {Stored} upload */
export function isComplete(upload) {
  return storedBytes(upload) === upload.size;
}

/** Whether a file is the one that an upload was begun with, as far as one sees without reading it. @param {Chosen} begun @param {Chosen} file */
export function isSameFile(begun, file) {
  return begun.name === file.name && begun.size === file.size && begun.lastModified === file.lastModified;
}

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, up to half a minute.
 * @param {number} failed How often it has failed, from 1.
 * @param {number} chance Between 0 and 1, so that not everybody comes back at the same moment.
 */
export function pauseAfter(failed, chance) {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failed - 1, 16));
  return whole * (0.5 + chance / 2);
}

/**
 * With one more measurement, without those that say nothing any more.
 * @param {readonly Sample[]} samples In their order.
 * @param {Sample} sample
 * @returns {Sample[]}
 */
export function measured(samples, sample) {
  // Fewer bytes than before: a part was lost on its way, and what was measured with it.
  const useful = samples.filter(({ at, sent }) => at >= sample.at - MEASURED_MS && sent <= sample.sent);
  return [...useful, sample];
}

/**
 * How many seconds the rest takes at the speed of late; null while nobody knows.
 * @param {readonly Sample[]} samples
 * @param {number} left Bytes.
 */
export function secondsLeft(samples, left) {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (!first || last.at - first.at < LEAST_MEASURED_MS || last.sent <= first.sent) return null;
  return (left * (last.at - first.at)) / (last.sent - first.sent) / 1000;
}
