// Changes of the toolbar to Markdown: pure, so that each can be taken back and tried alone.

/**
 * @typedef {{ text: string, start: number, end: number }} Selection What is written, and which of it is selected.
 * @typedef {"bold" | "italic" | "heading" | "list" | "numbers" | "quote" | "link" | "code" | "formula" | "table"} Deed
 */

const LINE_MARKS = /** @type {const} */ ({ heading: "## ", list: "- ", numbers: "1. ", quote: "> " });
const TABLE = "|   |   |\n|---|---|\n|   |   |\n";

/**
 * @param {Selection} selection
 * @param {Deed} deed
 * @param {string} sample What is put where nothing is selected.
 * @returns {Selection}
 */
export function edited(selection, deed, sample) {
  const chosen = selection.text.slice(selection.start, selection.end);
  switch (deed) {
    case "bold":
      return around(selection, "**", "**", sample);
    case "italic":
      return around(selection, "*", "*", sample);
    case "formula":
      return chosen.includes("\n") ? block(selection, "$$", "$$", sample) : around(selection, "$", "$", sample);
    case "code":
      return chosen.includes("\n") ? block(selection, "```", "```", sample) : around(selection, "`", "`", sample);
    case "link":
      return linked(selection, sample);
    case "table":
      return inserted(selection, TABLE, 2, 3);
    default:
      return lines(selection, LINE_MARKS[deed]);
  }
}

/**
 * A picture where the selection is.
 * @param {Selection} selection
 * @param {string} address
 * @param {string} alt What it shows, in words.
 */
export function withPicture(selection, address, alt) {
  const text = `![${alt.replaceAll(/[[\]\\]/g, "\\$&")}](<${address.replaceAll(/[<>\n]/g, encodeURIComponent)}>)`;
  return replaced(selection, text, text.length, text.length);
}

/**
 * Marks around what is selected; taken away where they are already.
 * @param {Selection} selection
 * @param {string} open
 * @param {string} close
 * @param {string} sample
 */
function around({ text, start, end }, open, close, sample) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const isMarked = before.endsWith(open) && after.startsWith(close) && !before.endsWith(open[0] + open);
  if (isMarked) {
    const chosen = text.slice(start, end);
    return { text: before.slice(0, -open.length) + chosen + after.slice(close.length), start: start - open.length, end: end - open.length };
  }
  const chosen = text.slice(start, end) || sample;
  return { text: before + open + chosen + close + after, start: start + open.length, end: start + open.length + chosen.length };
}

/**
 * Marks on lines of their own.
 * @param {Selection} selection
 * @param {string} open
 * @param {string} close
 * @param {string} sample
 */
function block(selection, open, close, sample) {
  const chosen = selection.text.slice(selection.start, selection.end) || sample;
  return inserted(selection, `${open}\n${chosen}\n${close}\n`, open.length + 1, open.length + 1 + chosen.length);
}

/**
 * Marks at the beginning of every selected line; taken away where all have them.
 * @param {Selection} selection
 * @param {string} mark
 */
function lines({ text, start, end }, mark) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const last = text.indexOf("\n", end);
  const to = last < 0 ? text.length : last;
  const all = text.slice(from, to).split("\n");
  const isNumbered = mark === LINE_MARKS.numbers;
  const own = isNumbered ? /^\d+\. / : new RegExp(`^${mark.replaceAll(/[.#>-]/g, "\\$&")}`);
  const bare = all.every((line) => own.test(line));
  const changed = all.map((line, n) => (bare ? line.replace(own, "") : (isNumbered ? `${n + 1}. ` : mark) + line.replace(/^(?:#{1,6} |- |> |\d+\. )/, ""))).join("\n");
  const shift = changed.length - (to - from);
  const isPoint = start === end;
  return { text: text.slice(0, from) + changed + text.slice(to), start: isPoint ? Math.max(from, start + shift) : from, end: isPoint ? Math.max(from, end + shift) : from + changed.length };
}

/**
 * @param {Selection} selection
 * @param {string} sample
 */
function linked(selection, sample) {
  const chosen = selection.text.slice(selection.start, selection.end);
  if (/^https?:\/\/\S+$/.test(chosen)) return replaced(selection, `[${sample}](${chosen})`, 1, 1 + sample.length);
  const words = chosen || sample;
  return replaced(selection, `[${words}](https://)`, words.length + 3, words.length + 11);
}

/**
 * On lines of its own, with an empty one before it.
 * @param {Selection} selection
 * @param {string} what
 * @param {number} from
 * @param {number} to
 */
function inserted(selection, what, from, to) {
  const before = selection.text.slice(0, selection.start);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  return replaced(selection, gap + what, gap.length + from, gap.length + to);
}

/**
 * @param {Selection} selection
 * @param {string} what
 * @param {number} from Of what is selected afterwards, within it.
 * @param {number} to
 */
function replaced({ text, start, end }, what, from, to) {
  return { text: text.slice(0, start) + what + text.slice(end), start: start + from, end: start + to };
}
