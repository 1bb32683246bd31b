// Why a file was not taken, in words.

import { failureText, formatBytes, hasWord, t } from "../../app/locale.js";
import { fieldError } from "../../kit/form.js";

/** Codes that only uploads have, those of this browser among them. @type {Record<string, import("../../app/locale.js").Word>} */
const WORDS = { FILE_UNREADABLE: "content.file_unreadable", UPLOAD_GONE: "content.upload_gone" };

/**
 * @param {import("../../app/graphql.js").Failure} failure
 * @param {{ name: string, size: number }} file
 */
export function uploadFailureText(failure, { name, size }) {
  if (failure.code in WORDS) return t(WORDS[failure.code]);
  if (failure.code === "FILE_REFUSED") return refusalText(failure);
  const [wrong] = failure.fields;
  if (wrong?.field.endsWith("size") && typeof wrong.max === "number") return t("kit.file_too_large", { name, size: formatBytes(size), limit: formatBytes(wrong.max) });
  return failure.fields.map(({ field }) => fieldError(failure, field)).join(" ") || failureText(failure);
}

/** What was found in the file. @param {import("../../app/graphql.js").Failure} failure */
function refusalText({ details, message }) {
  const word = `content.refused.${String(details.reason ?? "").toLowerCase()}`;
  return hasWord(word) ? t(/** @type {any} */ (word)) : message;
}
