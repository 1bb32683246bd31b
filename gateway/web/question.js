// A question on the screen: what is asked, and the fields to answer each of the six types.

import { COLOURS, SHAPE_NAMES, h, rich, shape } from "./dom.js";

const NONE = "None of these";

export const BLANK = /_{3,}/;

/** The options of a question in the order this player sees them. */
export function orderedOptions(question, order = []) {
  const options = (question.options ?? []).map((option, n) => ({ ...option, html: question.optionsHtml?.[n] }));
  if (order.length !== options.length) return options;
  const byId = new Map(options.map((option) => [option.id, option]));
  return order.map((id) => byId.get(id)).filter(Boolean);
}

/** What is asked: the text, and a picture where there is one. */
export function asked(question) {
  const text = question.textHtml
    ? h("div", { class: "question-text rich", role: "heading", "aria-level": "1" }, rich(question.textHtml))
    : h("h1", { class: "question-text" }, question.text);
  if (question.questionType === "fill_blank") replaceBlanks(text, () => "……");
  return [
    text,
    question.mediaUrl ? h("img", { class: "media", src: question.mediaUrl, alt: "" }) : null,
  ];
}

/** Put `make(n)` in the place of the n-th blank below `root`; the number of blanks. */
function replaceBlanks(root, make) {
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  let count = 0;
  for (const text of texts) {
    const parts = text.data.split(BLANK);
    if (parts.length > 1) text.replaceWith(...parts.flatMap((part, n) => (n ? [make(count++), part] : [part])));
  }
  return count;
}

/** One large coloured option. Colour and shape follow the option's id, so all screens agree. */
export function optionTile({ id, text, html, position, onclick, classes = "", after = [], disabled = false, pressed }) {
  const colour = id % COLOURS;
  return h(
    "button",
    {
      type: "button",
      class: `option c${colour} ${classes}`,
      onclick,
      disabled,
      "aria-pressed": pressed === undefined ? null : String(pressed),
      "aria-label": `${position + 1}: ${text}${SHAPE_NAMES[id] ? ` (${SHAPE_NAMES[id]})` : ""}`,
      "data-option": String(id),
    },
    shape(id),
    h("span", { class: html ? "label rich" : "label" }, rich(html, text)),
    ...after,
  );
}

/** True and false as options, for those parts that treat all choices alike. */
export function choicesOf(question, order) {
  if (question.questionType === "true_false") {
    return [
      { id: 1, text: "True", value: true, tally: "true" },
      { id: 0, text: "False", value: false, tally: "false" },
    ];
  }
  return orderedOptions(question, order).map((option) => ({ ...option, value: option.id, tally: String(option.id) }));
}

export function isChoice(question) {
  return question.questionType === "multiple_choice" || question.questionType === "true_false";
}

/**
 * Fields for answering. `given` is the answer so far (or null), `locked` forbids changes.
 * `send(answer)` is called with a whole answer in the wire's shape.
 */
export function answerForm(question, order, { given, locked, send }) {
  const build = FORMS[question.questionType] ?? textForm;
  return build(question, order, { given, locked, send });
}

function choiceForm(question, order, { given, locked, send }) {
  const choices = choicesOf(question, order);
  const chosen = new Set(Array.isArray(given) ? given : given === null || given === undefined ? [] : [given]);
  const grid = h("div", { class: `options ${choices.length > 1 ? "two" : ""}`, role: "group", "aria-label": "Options" });
  const button = question.multiple
    ? h("button", { class: "primary big full", type: "button", id: "send", onclick: () => send([...chosen]) })
    : null;
  const say = () => {
    if (!button) return;
    button.disabled = locked || (chosen.size === 0 && !question.noneAllowed);
    button.textContent = chosen.size === 0 && question.noneAllowed ? NONE : "Send answer";
  };
  say();
  const tap = (choice, tile) => {
    if (question.questionType === "true_false") return send(choice.value);
    if (!question.multiple) return send([choice.id]);
    if (!chosen.delete(choice.value)) chosen.add(choice.value);
    tile.classList.toggle("chosen", chosen.has(choice.value));
    tile.setAttribute("aria-pressed", String(chosen.has(choice.value)));
    say();
  };
  choices.forEach((choice, position) => {
    const picked = chosen.has(choice.value);
    const tile = optionTile({
      id: choice.id,
      text: choice.text,
      html: choice.html,
      position,
      classes: picked ? "chosen" : locked ? "dim" : "",
      disabled: locked,
      pressed: picked,
      onclick: () => tap(choice, tile),
      after: [h("span", { class: "key", "aria-hidden": "true" }, position < 9 ? String(position + 1) : "")],
    });
    grid.append(tile);
  });
  const several = question.noneAllowed ? "Several may be right, or none. Choose, then send." : "Several may be right. Choose, then send.";
  const hint = question.multiple ? h("p", { class: "muted" }, several) : null;
  return h("div", { class: "stack" }, hint, grid, locked ? null : button);
}

function textForm(question, _order, { given, locked, send }) {
  const long = question.questionType === "essay";
  const field = h(long ? "textarea" : "input", {
    id: "answer-text",
    maxlength: "5000",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: long ? "true" : "false",
    disabled: locked,
    value: typeof given === "string" ? given : "",
  });
  const submit = (event) => {
    event.preventDefault();
    if (field.value.trim()) send(field.value);
  };
  return h(
    "form",
    { class: "stack", onsubmit: submit },
    h("div", {}, h("label", { for: "answer-text" }, "Your answer"), field),
    locked ? null : h("button", { class: "primary big full", id: "send" }, "Send answer"),
  );
}

function blanksForm(question, _order, { given, locked, send }) {
  const parts = question.text.split(BLANK);
  const count = question.blanks || parts.length - 1;
  const fields = Array.from({ length: count }, (_, n) =>
    h("input", { "aria-label": `Blank ${n + 1}`, maxlength: "500", autocomplete: "off", autocapitalize: "off", spellcheck: "false", disabled: locked, value: given?.[n] ?? "" }),
  );
  const inText = parts.length - 1 === count;
  const plain = inText ? parts.flatMap((part, n) => (n < count ? [part, fields[n]] : [part])) : fields;
  const shown = h("div", { class: "rich" }, rich(question.textHtml, ""));
  const body = replaceBlanks(shown, (n) => fields[n] ?? "") === count ? shown : plain;
  const submit = (event) => {
    event.preventDefault();
    send(fields.map((field) => field.value));
  };
  return h(
    "form",
    { class: "stack", onsubmit: submit },
    h("div", { class: "blanks" }, body),
    locked ? null : h("button", { class: "primary big full", id: "send" }, "Send answer"),
  );
}

function matchingForm(question, order, { given, locked, send }) {
  const options = orderedOptions(question, order);
  const selects = question.prompts.map((prompt, n) => {
    const select = h(
      "select",
      { id: `match-${n}`, disabled: locked, required: true },
      h("option", { value: "" }, "Choose …"),
      options.map((option) => h("option", { value: String(option.id) }, option.text)),
    );
    if (given?.[n] !== undefined) select.value = String(given[n]);
    return select;
  });
  const submit = (event) => {
    event.preventDefault();
    if (selects.every((select) => select.value !== "")) send(selects.map((select) => Number(select.value)));
  };
  return h(
    "form",
    { class: "stack", onsubmit: submit },
    h("div", {}, question.prompts.map((prompt, n) => h("div", { class: "match" }, h("label", { for: `match-${n}`, class: "rich" }, rich(question.promptsHtml?.[n], prompt)), selects[n]))),
    locked ? null : h("button", { class: "primary big full", id: "send" }, "Send answer"),
  );
}

const FORMS = {
  multiple_choice: choiceForm,
  true_false: choiceForm,
  short_answer: textForm,
  essay: textForm,
  fill_blank: blanksForm,
  matching: matchingForm,
};

/** Why, as the author wrote it. */
export function explanation({ explanation: text, explanationHtml: html }) {
  return text ? h("div", { class: html ? "explanation rich" : "explanation" }, rich(html, text)) : null;
}

/** What was right, as text, for the types that have no tiles. */
export function correctText(question, reveal) {
  const accepted = reveal.accepted ?? [];
  const correct = reveal.correct;
  if (question.questionType === "matching" && Array.isArray(correct)) {
    const texts = new Map((question.options ?? []).map((option) => [option.id, option.text]));
    return (question.prompts ?? []).map((prompt, n) => `${prompt} → ${texts.get(correct[n]) ?? correct[n]}`);
  }
  if (Array.isArray(correct)) return [correct.join(" · ")];
  if (accepted.length) return [accepted.join(" or ")];
  return typeof correct === "string" && correct ? [correct] : [];
}

/** The tiles of a choice question after the reveal: right ones marked, with their counts. */
export function revealedTiles(question, order, reveal, given) {
  const right = new Set(Array.isArray(reveal.correct) ? reveal.correct : [reveal.correct]);
  const chosen = new Set(Array.isArray(given) ? given : [given]);
  return h(
    "div",
    { class: "options two" },
    choicesOf(question, order).map((choice, position) => {
      const isRight = right.has(choice.value);
      const classes = [isRight ? "right" : "dim", chosen.has(choice.value) ? "chosen" : ""].join(" ");
      return optionTile({
        id: choice.id,
        text: choice.text,
        html: choice.html,
        position,
        classes: isRight ? "right" : classes,
        disabled: true,
        after: [
          h("span", { class: "count tabular" }, String(reveal.counts?.[choice.tally] ?? 0)),
          isRight ? h("span", { class: "mark", "aria-label": "right" }, "✓") : null,
        ],
      });
    }),
    isChoice(question) && right.size === 0 ? h("p", { class: "explanation" }, `${NONE} ✓`) : null,
  );
}

/** A bar and the seconds left. `update()` is called on each frame; returns false when over. */
export function countdown(now) {
  const left = h("div", { class: "left" });
  const seconds = h("span", { class: "seconds tabular" });
  const element = h("div", { class: "countdown", role: "timer" }, h("div", { class: "track" }, left), seconds);
  const update = ({ opensAt, closesAt, paused, remainingMs }) => {
    const whole = Math.max(1, closesAt - opensAt);
    const rest = paused ? (remainingMs ?? closesAt - now()) : closesAt - Math.max(now(), opensAt);
    const bounded = Math.max(0, rest);
    left.style.transform = `scaleX(${Math.min(1, bounded / whole)})`;
    const shown = paused ? "❙❙" : String(Math.ceil(bounded / 1000));
    if (seconds.textContent !== shown) seconds.textContent = shown;
    element.classList.toggle("soon", bounded < 5000 && !paused);
    return bounded > 0;
  };
  return { element, update };
}

/** The leaderboard as a list; `me` is highlighted. */
export function board(leaderboard, me) {
  return h(
    "ol",
    { class: "board" },
    (leaderboard.top ?? []).map((standing) =>
      h(
        "li",
        { class: standing.playerId === me ? "me" : "" },
        h("span", { class: "rank tabular" }, String(standing.rank)),
        h("span", { class: "name ellipsis" }, standing.nickname),
        standing.streak > 1 ? h("span", { class: "chip warn" }, `${standing.streak} in a row`) : null,
        h("span", { class: "score tabular" }, String(standing.score)),
      ),
    ),
  );
}
