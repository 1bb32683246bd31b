// The same question has another key in a tab that made it than in one that read it.

/**
 * What was kept, with the keys that a base has for the same questions.
 * @param {import("./keeping.js").Kept} kept
 * @param {import("./base.js").Base} base
 * @returns {import("./keeping.js").Kept}
 */
export function renamed(kept, base) {
  const keys = new Map(base.questions.map(({ id, key }) => [id, key]));
  const names = new Map(kept.base.questions.flatMap(({ id, key }) => (keys.has(id) ? [[key, String(keys.get(id))]] : [])));
  const nameOf = (/** @type {string} */ key) => names.get(key) ?? key;
  /** @template {{ key: string } | null} T @param {T} each @returns {T} */
  const named = (each) => (each ? { ...each, key: nameOf(each.key) } : each);
  return {
    ...kept,
    base: { ...kept.base, questions: kept.base.questions.map((saved) => ({ ...named(saved), form: named(saved.form) })) },
    work: { ...kept.work, questions: kept.work.questions.map(named) },
    conflicts: kept.conflicts.map((conflict) => (conflict.kind === "question" ? { ...named(conflict), mine: named(conflict.mine), theirs: named(conflict.theirs) } : conflict)),
    adding: Object.fromEntries(Object.entries(kept.adding).map(([key, adding]) => [nameOf(key), { ...adding, form: named(adding.form) }])),
  };
}
