// What the host's page shows of a game, made from the game alone.

import { h, rich, shape, COLOURS } from "./dom.js";
import { asked, board, choicesOf, correctText, explanation, isChoice, optionTile, revealedTiles } from "./question.js";

/** The PIN for everybody to see; `url` joins with it, `address` is what people type. */
export function lobbyScreen(game, url, address) {
  return h(
    "div",
    { class: "lobby" },
    h(
      "div",
      { class: "card hero" },
      h("p", { class: "muted" }, "Join at"),
      h("p", { class: "address", id: "address" }, address),
      h("p", { class: "muted" }, "with the PIN"),
      h("p", { class: "pin", id: "pin" }, game.pin),
      h("img", { class: "qr", alt: `QR code of ${url}`, src: `/qr.svg?text=${encodeURIComponent(url)}` }),
    ),
    h(
      "div",
      { class: "card stack" },
      h("h1", { id: "lobby-count" }, game.count === 0 ? "Waiting for players …" : `${game.count} ${game.count === 1 ? "player is" : "players are"} here`),
      h("div", { class: "names", id: "names" }, game.names.slice(0, 100).map((name) => h("span", { class: "chip ellipsis" }, name))),
      h("p", { class: "muted" }, `${game.questionCount} questions`),
    ),
  );
}

/** Whom the question waits for: a few names, and how many more. */
export function awaitedText(awaited) {
  const names = (awaited?.names ?? []).slice(0, 5);
  const more = (awaited?.count ?? 0) - names.length;
  if (names.length === 0) return "";
  return `Waiting for ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} to come back.`;
}

export function tiles(question) {
  return h("div", { class: "options two" }, choicesOf(question, []).map((choice, position) => optionTile({ ...choice, position, disabled: true })));
}

export function prompts(question) {
  if (question.questionType !== "matching") return h("p", { class: "muted" }, "Answers are written on the players' screens.");
  return h(
    "div",
    { class: "row" },
    h("ul", { class: "grow" }, question.prompts.map((prompt, n) => h("li", { class: "match rich" }, rich(question.promptsHtml?.[n], prompt)))),
    h("ul", { class: "grow" }, question.options.map((option) => h("li", { class: "match" }, option.text))),
  );
}

export function barLine(choice) {
  const fill = h("i", { class: `c${choice.id % COLOURS}` });
  const number = h("b", { class: "tabular", "data-tally": choice.tally });
  const element = h("div", { class: "bar-line" }, h("span", { class: `tag c${choice.id % COLOURS}`, "aria-label": choice.text }, shape(choice.id)), h("div", { class: "line" }, fill), number);
  const update = (counts, total) => {
    const value = counts[choice.tally] ?? 0;
    number.textContent = String(value);
    fill.style.width = `${(100 * value) / total}%`;
  };
  return { element, update };
}

export function revealScreen(game) {
  const { question, reveal } = game;
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "row" }, h("span", { class: "chip" }, `Question ${question.index + 1} of ${question.total}`), h("span", { class: "grow" }), h("span", { class: "chip brandy" }, `${reveal.answered ?? 0} answered`)),
    h(
      "div",
      { class: "card stack" },
      asked(question),
      isChoice(question) ? revealedTiles(question, [], reveal, null) : correctText(question, reveal).map((text) => h("p", { class: "explanation" }, text)),
      explanation(reveal),
    ),
  );
}

export function finalScreen(game) {
  const top = game.leaderboard?.top ?? [];
  const place = (standing, name) =>
    standing
      ? h("div", { class: `place ${name}` }, h("span", { class: "name ellipsis" }, standing.nickname), h("div", { class: "block" }, String(standing.rank), h("small", { class: "tabular" }, String(standing.score))))
      : h("div");
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "card stack" }, h("h1", { class: "center" }, "Final board"), h("div", { class: "podium" }, place(top[1], "second"), place(top[0], "first"), place(top[2], "third"))),
    top.length > 3 ? h("div", { class: "card medium" }, board({ top: top.slice(3) })) : null,
  );
}
