// Which kinds of files may be materials, as the server takes them, and what is drawn beside each.

/** @typedef {import("../kit/icon.js").IconName} IconName */

/** @type {Record<string, IconName>} By the ending of a file's name. */
const ICONS = {
  ...icons("file", "pdf docx pptx odt odp txt md"),
  ...icons("table", "xlsx ods csv"),
  ...icons("picture", "png jpg jpeg webp gif"),
  ...icons("sound", "mp3 m4a ogg wav"),
  ...icons("play", "mp4 webm"),
  ...icons("read", "epub"),
  ...icons("archive", "zip"),
};

/** The endings that are taken. */
export const ENDINGS = Object.keys(ICONS);
/** No file is larger; of some kinds the server takes less, and says so. */
export const MAX_BYTES = 512 * 1024 ** 2;
/** As an `input` takes them. */
export const ACCEPT = ENDINGS.map((ending) => `.${ending}`).join(",");

/**
 * @param {{ kind: "FILE" | "LINK", fileName: string | null }} resource
 * @returns {IconName}
 */
export function iconOf({ kind, fileName }) {
  return kind === "LINK" ? "link" : ICONS[endingOf(fileName ?? "")] ?? "file";
}

/** The ending of a file's name, small; empty without one. @param {string} name */
export function endingOf(name) {
  return /(?<=.)\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? "";
}

/** @param {IconName} icon @param {string} endings @returns {Record<string, IconName>} */
function icons(icon, endings) {
  return Object.fromEntries(endings.split(" ").map((ending) => [ending, icon]));
}
