// Words in the user's language, and numbers, dates and plurals as it writes them.

import { answerAhead } from "./ahead.js";
import { BASE, known, rememberLanguage, wordsAddress } from "./language.js";
import { createStore } from "./store.js";

const RIGHT_TO_LEFT = new Set(["ar"]);
const OWN_DIGITS = new Set(["ar"]);

/**
 * @typedef {import("./language.js").Language} Language
 * @typedef {keyof typeof import("../words/en.json")} Word
 * @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Wording
 */

/** The language of the page. Whoever draws words is drawn again when it changes. */
export const language = createStore(/** @type {Language} */ ("en"));

/** @type {Record<string, Wording>} */
let words = {};
/** The parts of them that are there, or on their way: sections by the first half of their names. */
const parts = new Set([BASE]);
/**
 * Formatters by what they are for, made when something is formatted: the first one takes a phone a tenth of a second.
 * @type {Map<string, any>}
 */
const formatters = new Map();
/** The user's own time zone, which this browser may not know. @type {string | null} */
let ownZone = null;
/** The one that dates are shown in, once one is. */
let zone = "";

/**
 * Fetch the words of a language and show them. Falls back to the language that is shown now.
 * @param {string} wanted A language tag, such as `de-AT`.
 * @param {readonly string[]} [sections] That are needed from the beginning.
 */
export async function showLanguage(wanted, sections = []) {
  const found = known(wanted) ?? "en";
  const more = sections.filter((section) => !parts.has(section));
  for (const section of more) parts.add(section);
  try {
    words = await fetched(found, parts);
  } catch (error) {
    for (const section of more) parts.delete(section);
    throw error;
  }
  document.documentElement.lang = found;
  document.documentElement.dir = RIGHT_TO_LEFT.has(found) ? "rtl" : "ltr";
  rememberLanguage(found);
  language.set(found);
}

/**
 * Fetch the words that a page needs beside those of the frame, in the language that is shown.
 * @param {readonly string[]} [sections] All words, for a page that names none.
 */
export async function loadWords(sections = ["all"]) {
  const missing = parts.has("all") ? [] : sections.filter((section) => !parts.has(section));
  if (missing.length === 0) return;
  const shown = language.get();
  const more = await fetched(shown, missing);
  for (const section of missing) parts.add(section);
  if (language.get() === shown) words = { ...words, ...more };
  else await showLanguage(language.get()); // it has changed meanwhile, without these
}

/**
 * @param {Language} tag
 * @param {Iterable<string>} wanted
 * @returns {Promise<Record<string, Wording>>}
 */
async function fetched(tag, wanted) {
  const all = await Promise.all(
    [...wanted].map(async (part) => {
      const address = wordsAddress(tag, part);
      const response = await (answerAhead(address) ?? fetch(address));
      if (!response.ok) throw new Error(`No words for ${tag}`);
      return response.json();
    }),
  );
  return Object.assign({}, ...all);
}

/**
 * The time zone in which dates are shown: the user's own, or else the browser's.
 * @param {string | null} name An IANA name.
 */
export function showTimeZone(name) {
  ownZone = name;
  zone = "";
}

export function timeZone() {
  return (zone ||= resolved(ownZone) ?? resolved(null) ?? "UTC");
}

/** @param {string | null} name @returns {string | null} Null for a zone that this browser does not know. */
function resolved(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name ?? undefined }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/**
 * @template Formatter
 * @param {new (language: string, options: any) => Formatter} Kind
 * @param {object} [options]
 * @returns {Formatter}
 */
function formatter(Kind, options = {}) {
  const key = `${Kind.name} ${language.get()} ${JSON.stringify(options)}`;
  const found = formatters.get(key) ?? new Kind(language.get(), options);
  formatters.set(key, found);
  return found;
}

/**
 * The wording of `word`, with `{name}` replaced by parameters. `count` also chooses the plural form.
 * @param {Word} word
 * @param {Record<string, string | number>} [parameters]
 */
export function t(word, parameters = {}) {
  return wording(word, parameters).replaceAll(/\{(\w+)\}/g, (_, name) => shown(parameters[name]));
}

/** @param {string} word */
export function hasWord(word) {
  return word in words;
}

/**
 * @param {string} word
 * @param {Record<string, any>} parameters
 */
function wording(word, parameters) {
  const found = words[word];
  if (found === undefined) return word;
  if (typeof found === "string") return found;
  return found[formatter(Intl.PluralRules).select(Number(parameters.count ?? 0))] ?? found.other ?? word;
}

/** @param {string | number | undefined} value */
function shown(value) {
  return typeof value === "number" ? formatNumber(value) : value ?? "";
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatNumber(value, options) {
  const isPlain = options === undefined && Number.isInteger(value) && value >= 0 && value < 1000 && !OWN_DIGITS.has(language.get());
  if (isPlain) return String(value); // as every language with these digits writes it
  return formatter(Intl.NumberFormat, options).format(value);
}

/**
 * The size of a file, in the largest fitting unit.
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1);
  return formatNumber(bytes / 1024 ** step, { style: "unit", unit: units[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: 1 });
}

/** @param {number} share Between 0 and 1. */
export function formatPercent(share) {
  return formatNumber(share, { style: "percent", maximumFractionDigits: 0 });
}

/**
 * A moment in the user's time zone.
 * @param {string | number | Date} moment
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function formatDate(moment, options = { dateStyle: "medium", timeStyle: "short" }) {
  return formatter(Intl.DateTimeFormat, { timeZone: timeZone(), ...options }).format(new Date(moment));
}

/**
 * How long ago or how far ahead, in the largest fitting unit.
 * @param {string | number | Date} moment
 */
export function formatRelative(moment) {
  const seconds = (new Date(moment).getTime() - Date.now()) / 1000;
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const units = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return formatter(Intl.RelativeTimeFormat, { numeric: "auto" }).format(Math.round(seconds / Number(length)), /** @type {Intl.RelativeTimeFormatUnit} */ (unit));
}

/**
 * A length of time in the two largest units.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const unit = (/** @type {number} */ value, /** @type {string} */ name) => formatNumber(value, { style: "unit", unit: name, unitDisplay: "short" });
  return hours === 0 ? unit(rest, "minute") : rest === 0 ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(rest, "minute")}`;
}

/**
 * What a failure says to people: by its code, or else in the server's own words.
 * @param {import("./graphql.js").Failure} failure
 */
export function failureText(failure) {
  const word = failure.code === "CONFLICT" && failure.details.conflict_field === "email" ? "errors.email_taken" : `errors.${failure.code}`;
  if (hasWord(word)) return t(/** @type {Word} */ (word));
  return failure.retryable ? t("errors.UNAVAILABLE") : failure.message;
}
