// Tags as they are typed: several in one line, with commas between them.

/** @param {string} text @returns {string[]} */
export function tagsIn(text) {
  return text.split(/[,،]/).map((tag) => tag.trim()).filter((tag) => tag !== "");
}

/** @param {readonly string[]} tags */
export function tagLine(tags) {
  return tags.join(", ");
}
