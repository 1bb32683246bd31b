// Rubrics: what their levels add up to. Pure.

/**
 * @typedef {{ points: number | null, name: string, description: string }} Level
 * @typedef {{ name: string, description: string, levels: Level[] }} Criterion
 * @typedef {{ criteria: Criterion[], shown: boolean }} Rubric
 */

const ONE = 100; // points are to the hundredth
export const MAX_CRITERIA = 20;
export const MIN_LEVELS = 2;
export const MAX_LEVELS = 10;
export const MAX_NAME = 200;
export const MAX_DESCRIPTION = 1_000;

/** @param {readonly (number | null)[]} points */
function sum(points) {
  return points.reduce((/** @type {number} */ total, each) => total + Math.round((each ?? 0) * ONE), 0) / ONE;
}

/** What the best levels add up to. @param {Rubric} rubric */
export function mostOf({ criteria }) {
  return sum(criteria.map(({ levels }) => Math.max(0, ...levels.map(({ points }) => points ?? 0))));
}

/** What these levels earn; null while one is not chosen. @param {Rubric} rubric @param {readonly (number | null)[]} chosen */
export function earnedBy({ criteria }, chosen) {
  const levels = criteria.map((criterion, n) => criterion.levels[chosen[n] ?? -1]);
  return levels.every(Boolean) ? sum(levels.map(({ points }) => points)) : null;
}

/** The best or the least level of each criterion. @param {Rubric} rubric @param {"best" | "least"} which */
export function levelsOf({ criteria }, which) {
  return criteria.map(({ levels }) => {
    const points = levels.map((level) => level.points ?? 0);
    return points.indexOf(which === "best" ? Math.max(...points) : Math.min(...points));
  });
}

/** @param {number | null} points @returns {Rubric} */
export function newRubric(points) {
  return { criteria: [newCriterion(points ?? 1)], shown: false };
}

/** @param {number} points @returns {Criterion} */
export function newCriterion(points) {
  return { name: "", description: "", levels: [{ points, name: "", description: "" }, { points: 0, name: "", description: "" }] };
}

/** As it is sent. @param {Rubric | null | undefined} rubric */
export function rubricInput(rubric) {
  if (!rubric) return null;
  const criteria = rubric.criteria.map((criterion) => ({ ...criterion, levels: criterion.levels.map((level) => ({ ...level, points: level.points ?? 0 })) }));
  return { criteria, shown: rubric.shown };
}

/** For people, in lines. @param {Rubric | null | undefined} rubric */
export function rubricText(rubric) {
  return (rubric?.criteria ?? []).map(({ name, levels }) => `${name}: ${levels.map((level) => `${level.name} (${level.points ?? 0})`).join(", ")}`).join("\n");
}
