// An edited question in the form in which a game sends it to its pages.

import { useEffect, useState } from "preact/hooks";
import { blanksIn } from "./form.js";
import { inputOf } from "./input.js";

const PAUSE_MS = 150;

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("../live/wire.js").Question} Shown
 */

/**
 * @param {Form} form
 * @param {number} index
 * @param {number} total
 * @returns {Shown | null} Null until it has been drawn for the first time.
 */
export function useShown(form, index, total) {
  const [shown, setShown] = useState(/** @type {Shown | null} */ (null));
  useEffect(() => {
    let wanted = true;
    const show = async () => {
      const question = await shownOf(form, index, total);
      if (wanted) setShown(question);
    };
    const timer = setTimeout(show, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [form, index, total]);
  return shown;
}

/**
 * @param {Form} form
 * @param {number} index
 * @param {number} total
 * @returns {Promise<Shown>}
 */
async function shownOf(form, index, total) {
  const asHtml = await writerOf(form.format);
  const input = inputOf(form);
  const options = optionsOf(form, input);
  const prompts = form.type === "MATCHING" ? input.answer?.matching?.pairs.map(({ prompt }) => prompt) ?? [] : [];
  return {
    liveQuizId: "", // of no game, so nothing that is tried is kept
    index,
    total,
    opensAt: 0,
    closesAt: 0,
    questionType: /** @type {Shown["questionType"]} */ (form.type.toLowerCase()),
    text: form.text,
    textHtml: asHtml?.(form.text, false) ?? null,
    mediaUrl: input.mediaUrl ?? null,
    mediaAlt: input.mediaAlt ?? null,
    options: options.map((text, id) => ({ id, text })),
    ...(asHtml && form.type === "MULTIPLE_CHOICE" ? { optionsHtml: options.map((text) => asHtml(text, true)) } : {}),
    prompts,
    ...(asHtml ? { promptsHtml: prompts.map((text) => asHtml(text, true)) } : {}),
    blanks: form.type === "FILL_BLANK" ? blanksIn(form.text) : 0,
    multiple: input.multiple ?? false,
    unitRequired: form.type === "NUMERIC" && form.unitRequired && form.units.length > 0,
    marks: form.type === "HOTSPOT" ? form.find ?? form.places.length : 0,
    noneAllowed: form.type === "MULTIPLE_CHOICE" && form.noneAllowed,
    points: form.points ?? 1,
  };
}

/**
 * @param {Form} form
 * @param {import("./input.js").QuestionInput} input
 */
function optionsOf(form, input) {
  if (form.type === "MULTIPLE_CHOICE") return [...(input.options ?? [])];
  if (form.type === "ORDERING") return [...(input.answer?.ordering?.items ?? [])].sort((a, b) => a.localeCompare(b));
  if (form.type !== "MATCHING") return [];
  const { pairs = [], distractors } = input.answer?.matching ?? {};
  return [...new Set([...pairs.map(({ match }) => match), ...(distractors ?? [])])].sort((a, b) => a.localeCompare(b));
}

/**
 * How texts of a format become HTML; null if they are shown as they are.
 * @param {import("./form.js").Format} format
 * @returns {Promise<((text: string, inline: boolean) => string) | null>}
 */
async function writerOf(format) {
  if (format === "PLAIN") return null;
  if (format !== "MARKDOWN") return (text) => text; // cleaned when it is drawn
  const { asHtml } = await import("../../text/markdown.js");
  return (text, inline) => asHtml(text, { inline });
}
