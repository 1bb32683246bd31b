// Names of the audit trail, such as `revoke_link`, as one reads them.

import { formatNumber, hasWord, t } from "../../app/locale.js";

const DEEDS = "accept_answer archive change_role create_link decline delete disable enable erase export export_audit_trail hold_results invite invite_educator offer readmit_student regrade reinstate reissue release_results remove_accepted_answer remove_invitation remove_student restore revoke revoke_link score_essay set_access set_accommodation transfer withdraw_offer".split(" ");
const KINDS = "certificate course live_quiz quiz user".split(" ");

/** @param {"did" | "kind" | "detail"} group @param {string} name */
function worded(group, name) {
  const word = `admin.${group}_${name}`;
  return hasWord(word) ? t(/** @type {any} */ (word)) : name.replaceAll("_", " ");
}

/** @param {string} action */
export const deedText = (action) => worded("did", action);
/** @param {string} type Of a resource. */
export const kindText = (type) => worded("kind", type);
/** @param {string} name */
export const detailName = (name) => worded("detail", name);

/**
 * A detail for people, who count questions from one.
 * @param {string} name
 * @param {unknown} value
 */
export function detailText(name, value) {
  if (name === "question" && typeof value === "number") return formatNumber(value + 1);
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return t(value ? "kit.yes" : "kit.no");
  if (typeof value !== "string") return JSON.stringify(value);
  const role = `enums.role.${value.toUpperCase()}`;
  return (name === "role" || name === "former") && hasWord(role) ? t(/** @type {any} */ (role)) : value;
}

/** As the server writes what is read as `deedText` or `kindText`. @param {"did" | "kind"} group @param {string | undefined} text */
export function coded(group, text) {
  const typed = text?.trim().toLowerCase();
  const known = (group === "did" ? DEEDS : KINDS).find((name) => worded(group, name).toLowerCase() === typed);
  return known ?? typed?.replaceAll(/\s+/g, "_");
}
