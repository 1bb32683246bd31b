// What a player's screen knows of a game: made of the view, then of each publication. Pure.

/**
 * @typedef {import("./wire.js").PlayerView} PlayerView
 * @typedef {import("./wire.js").Question} Question
 * @typedef {import("./wire.js").Result} Result
 *
 * @typedef {object} More
 * @property {string[]} names Of players in the lobby, newest first; `players` says how many there are.
 * @property {import("./wire.js").Time | null} time When the question closes for this player.
 * @property {boolean} hostSeen Whether a host was there at all.
 * @property {boolean} skipped Whether nobody gets points for this question.
 *
 * @typedef {Omit<Required<PlayerView>, "question"> & { question: Question | null } & More} Game
 */

/**
 * @param {PlayerView} view
 * @param {Game | null} before
 * @returns {Game}
 */
export function fromView(view, before) {
  const question = view.question ?? null;
  const same = before?.liveQuizId === view.liveQuizId;
  return {
    ...view,
    question,
    time: question && timeOf(question),
    orders: view.orders ?? {},
    order: view.order ?? [],
    announced: view.announced ?? null,
    ...distanceOf(view),
    answer: view.answer ?? null,
    answerId: view.answerId ?? null,
    reveal: view.reveal ?? null,
    result: view.result ?? null,
    leaderboard: view.leaderboard ?? null,
    names: same ? before.names : [],
    hostSeen: view.hostConnected || view.phase !== "lobby" || (same && before.hostSeen),
    skipped: same && before.skipped && before.question?.index === question?.index,
  };
}

/**
 * The game after a publication; the same object if it says nothing new.
 * @param {Game} game
 * @param {string} event
 * @param {any} data
 * @returns {Game}
 */
export function after(game, event, data) {
  if (data.liveQuizId !== game.liveQuizId || !(event in APPLY)) return game;
  if (data.step !== undefined && data.step < game.step) return game;
  const next = APPLY[event](game, data);
  return data.step === undefined || data.step === next.step ? next : { ...next, step: data.step };
}

/** Of a question that has not begun. */
const NOTHING = { announced: null, question: null, time: null, order: [], answer: null, answerId: null, reveal: null, result: null, leaderboard: null, skipped: false };

/** @type {Record<string, (game: Game, data: any) => Game>} */
const APPLY = {
  "live.announced": (game, data) => ({ ...game, ...NOTHING, phase: "announced", announced: data }),
  "live.question": (game, data) => ({
    ...game,
    ...NOTHING,
    phase: "open",
    question: data,
    time: timeOf(data),
    order: game.orders[data.index] ?? [],
  }),
  "live.time": (game, data) => (data.index === game.question?.index ? { ...game, time: timeOf(data) } : game),
  "live.closed": (game, data) => ({ ...game, phase: "closed", skipped: data.skipped === true }),
  "live.reveal": (game, data) => ({ ...game, phase: "reveal", reveal: data }),
  "live.result": (game, data) => ({ ...game, result: data, score: data.score, rank: data.rank, ...distanceOf(data) }),
  "live.leaderboard": (game, data) => onBoard(game, "leaderboard", data),
  "live.finished": (game, data) => onBoard(game, "finished", data),
  "live.lobby": (game, data) => ({ ...game, players: data.players, names: data.names ?? [] }),
  "live.host": (game, data) => ({ ...game, hostConnected: data.connected, hostSeen: game.hostSeen || data.connected }),
};

export const EVENTS = Object.keys(APPLY);

/**
 * The board is the newest word on one's own place; those below its end keep the last result.
 * @param {Game} game
 * @param {"leaderboard" | "finished"} phase
 * @param {import("./wire.js").Leaderboard} leaderboard
 * @returns {Game}
 */
function onBoard(game, phase, leaderboard) {
  const own = leaderboard.top.find((standing) => standing.playerId === game.playerId);
  if (!own) return { ...game, phase, leaderboard };
  const above = leaderboard.top.filter((standing) => standing.score > own.score).at(-1);
  const distance = { moved: own.moved ?? null, ahead: above?.rank ?? 0, behind: above ? above.score - own.score : 0 };
  return { ...game, phase, leaderboard, rank: own.rank, score: own.score, ...distance };
}

/** @param {import("./wire.js").Distance} told */
function distanceOf({ moved = null, ahead = 0, behind = 0 }) {
  return { moved, ahead, behind };
}

/**
 * @param {import("./wire.js").Time} time
 * @returns {import("./wire.js").Time}
 */
export function timeOf({ opensAt, closesAt, paused = false, remainingMs = null }) {
  return { opensAt, closesAt, paused, remainingMs };
}

/**
 * What became of an answer.
 * @param {Result} result
 * @returns {"right" | "partly" | "wrong" | "none" | "ungraded"}
 */
export function outcome(result) {
  if (result.correct === true) return "right";
  if (!result.answered) return "none";
  if (result.points > 0) return "partly";
  return result.correct === false ? "wrong" : "ungraded";
}

/**
 * Whether a result says something new; a correction comes as the same again, often for others' sake.
 * @param {Result | null} before
 * @param {Result} result
 */
export function isNews(before, result) {
  return before?.index !== result.index || before.points !== result.points || before.answered !== result.answered;
}
