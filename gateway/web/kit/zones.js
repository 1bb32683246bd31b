// Times of the wall clock in a named zone as moments, and back; also on the days when clocks change.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone */
function formatOf(zone) {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/**
 * How far the clocks of a zone are ahead of UTC at a moment, in milliseconds.
 * @param {number} at
 * @param {string} zone
 */
function offsetAt(at, zone) {
  /** @type {Record<string, number>} */
  const parts = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall - Math.floor(at / 1000) * 1000;
}

/**
 * What the clocks of a zone show at a moment, as a field for date and time has it: `2026-03-29T09:30`.
 * @param {string | number | Date} moment
 * @param {string} zone An IANA name.
 */
export function wallTime(moment, zone) {
  const at = new Date(moment).getTime();
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16);
}

/**
 * The moment at which the clocks of a zone show a time. In the hour that is skipped in spring it is
 * the time as much later; in the one that comes twice in autumn, the first.
 * @param {string} wall `2026-03-29T09:30`
 * @param {string} zone An IANA name.
 * @returns {{ moment: string, clock: "plain" | "skipped" | "twice" } | null} Null for what is no time.
 */
export function momentOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  const [before, after] = [offsetAt(asUtc - DAY_MS, zone), offsetAt(asUtc + DAY_MS, zone)];
  const fitting = [...new Set([before, after])].map((offset) => asUtc - offset).filter((at) => at + offsetAt(at, zone) === asUtc);
  // In the skipped hour no offset fits: that of before the change gives the time after the gap.
  const at = fitting.length > 0 ? Math.min(...fitting) : asUtc - before;
  const clock = fitting.length === 0 ? "skipped" : fitting.length > 1 ? "twice" : "plain";
  return { moment: new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString(), clock };
}
