// What is typed into a form whose record others may change at the same time. Only the fields that were
// changed here are kept and sent, each with what it was before. A field that somebody else has changed
// meanwhile is a conflict, about which a person decides; the other fields are sent beside it.

import { useDraft } from "./draft.js";
import { Failure } from "./graphql.js";

const TRIES = 4;
const CHANGED = /_CHANGED$/;

/**
 * @template Values
 * @typedef {{ [Name in keyof Values]?: { mine: Values[Name], before: Values[Name] } }} Fields
 */
/**
 * @template Values
 * @typedef {{ name: keyof Values & string, mine: unknown, theirs: unknown }} Conflict
 */
/**
 * @template Values
 * @typedef {object} Versioned
 * @property {Values} values What the form shows.
 * @property {Partial<Values>} changes What was changed here.
 * @property {(part: Partial<Values>) => void} change
 * @property {Conflict<Values>[]} conflicts
 * @property {(conflict: Conflict<Values>, choice: "mine" | "theirs") => void} decide
 * @property {boolean} restored Whether there is something from an earlier visit.
 * @property {() => void} discard
 * @property {(save: (changes: Partial<Values>, revision: number) => Promise<unknown>) => Promise<boolean>} send
 * Whether it is saved; else there is a conflict. Rejects with a `Failure`.
 */

/**
 * @template Values
 * @param {string} name Of the draft.
 * @param {{ values: Values, revision: number }} now What the server had when it was last asked.
 * @param {() => Promise<{ values: Values, revision: number }>} read Asks it again, and shows that.
 * @returns {Versioned<Values>}
 */
export function useVersioned(name, now, read) {
  const [fields, setFields, { restored, discard }] = useDraft(name, /** @type {Fields<Values>} */ ({}));
  const { values } = now;
  const changes = changesOf(fields, values);
  return {
    values: { ...values, ...changes },
    changes,
    conflicts: conflictsOf(fields, values),
    restored: restored && Object.keys(changes).length > 0,
    discard,
    change(part) {
      setFields((before) => {
        const next = { ...before };
        for (const key of keysOf(part)) next[key] = { mine: /** @type {any} */ (part)[key], before: before[key] ? before[key].before : values[key] };
        return next;
      });
    },
    decide({ name: key }, choice) {
      setFields((before) => {
        const { [key]: decided, ...rest } = before;
        return choice === "theirs" || !decided ? /** @type {Fields<Values>} */ (rest) : { ...before, [key]: { mine: decided.mine, before: values[key] } };
      });
    },
    async send(save) {
      let server = now;
      for (let tries = 1; ; tries += 1) {
        if (conflictsOf(fields, server.values).length > 0) return false;
        try {
          await save(changesOf(fields, server.values), server.revision);
          return true;
        } catch (error) {
          if (!(error instanceof Failure) || !CHANGED.test(error.code) || tries === TRIES) throw error;
          server = await read();
        }
      }
    },
  };
}

/**
 * @template {object} T
 * @param {T} object
 */
function keysOf(object) {
  return /** @type {(keyof T)[]} */ (Object.keys(object));
}

/**
 * @template Values
 * @param {Fields<Values>} fields
 * @param {Values} values
 * @returns {Partial<Values>}
 */
function changesOf(fields, values) {
  const changes = /** @type {Partial<Values>} */ ({});
  for (const key of keysOf(fields)) if (!isSame(fields[key]?.mine, values[key])) changes[key] = fields[key]?.mine;
  return changes;
}

/**
 * @template Values
 * @param {Fields<Values>} fields
 * @param {Values} values
 * @returns {Conflict<Values>[]}
 */
function conflictsOf(fields, values) {
  return keysOf(fields)
    .map((key) => ({ name: /** @type {keyof Values & string} */ (key), mine: fields[key]?.mine, before: fields[key]?.before, theirs: values[key] }))
    .filter(({ mine, before, theirs }) => !isSame(theirs, before) && !isSame(theirs, mine))
    .map(({ name, mine, theirs }) => ({ name, mine, theirs }));
}

/** Of values that JSON can hold. @param {unknown} one @param {unknown} other */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
