// The player's page: join by PIN, answer, see the result; find back by itself after any loss.

import { Account } from "./account.js";
import { Connection, Follower, NoAnswer, Refusal } from "./connection.js";
import { RUNNING } from "./documents.js";
import { announce, byId, h, ordinal, randomId, recall, remember, show } from "./dom.js";
import { answerForm, asked, board, correctText, countdown, explanation, isChoice, revealedTiles } from "./question.js";

const KEY = "stoa.game";
const JOIN_KEY = "stoa.joining"; // the join that has no acknowledgement yet
const FINAL_REFUSALS = new Set(["QUESTION_NOT_OPEN", "QUESTION_CLOSED", "ALREADY_ANSWERED", "PAUSED", "VALIDATION_ERROR"]);

const RUNNING_EVERY_MS = 10000;

let connection = null;
let follower = null;
let wanted = null; // what live.join is called with: {pin, nickname} or {resumeToken}
let game = null; // the screen's state, made from the last PlayerView and the publications since
let pending = null; // {index, answerId, answer}: sent, not yet acknowledged
let timer = null; // the countdown on the screen
let sending = false;
let listing = null; // the interval at which the running games are refetched

const account = new Account((token) => {
  byId("account").hidden = Boolean(token);
  byId("signed-in").hidden = !token;
  byId("nickname").placeholder = token ? "Your own name" : "";
  byId("nickname").required = !token;
  if (!token) byId("running-card").hidden = true;
  if (token && connection?.ready) connection.call("auth.renew", { token }).catch(() => {});
});

// --- entering -----------------------------------------------------------------------------------

async function start() {
  const query = new URLSearchParams(location.search);
  byId("pin").value = (query.get("pin") ?? "").replaceAll(/\D/g, "");
  byId("join-form").addEventListener("submit", submitJoin);
  byId("login-form").addEventListener("submit", submitLogin);
  byId("sign-out").addEventListener("click", () => account.logout());
  addEventListener("keydown", pressKey);
  requestAnimationFrame(tick);
  await account.resume();
  const here = recall("sessionStorage", KEY);
  const kept = keptGame();
  byId("nickname").value = kept?.nickname ?? "";
  listRunning();
  if (here?.resumeToken && !query.has("pin")) return enter(here);
  if (kept?.resumeToken && !kept.putOut) offerReturn(kept);
  (byId("pin").value ? byId("nickname") : byId("pin")).focus();
}

/** The games that a signed-in student may enter without a PIN, as long as the form is shown. */
async function listRunning() {
  clearTimeout(listing);
  if (byId("join").hidden) return;
  listing = setTimeout(listRunning, RUNNING_EVERY_MS);
  if (!account.token || document.hidden) return;
  const { myEnrollments } = await account.query(RUNNING).catch(() => ({ myEnrollments: null }));
  if (!myEnrollments || !account.token) return;
  const items = myEnrollments.flatMap(({ course }) => course.liveQuizzes.map((one) => runningItem(course, one)));
  byId("running-card").hidden = items.length === 0;
  if (!byId("running").contains(document.activeElement)) byId("running").replaceChildren(...items);
}

function runningItem(course, one) {
  const stage = one.state === "LOBBY" ? "starting soon" : `question ${one.questionIndex + 1} of ${one.questionCount}`;
  const enterGame = () => {
    pending = null;
    connectWith({ liveQuizId: one.id, nickname: byId("nickname").value.trim() || undefined });
  };
  return h(
    "li",
    {},
    h("div", { class: "grow" }, h("h3", {}, one.title), h("p", { class: "muted" }, `${course.title} · ${stage}`)),
    h("button", { class: "primary", type: "button", "data-running": one.id, onclick: enterGame }, "Enter"),
  );
}

function offerReturn(kept) {
  const button = byId("continue");
  button.textContent = `Continue as ${kept.nickname}`;
  button.hidden = false;
  button.onclick = () => enter(kept);
}

function enter(kept) {
  pending = kept.pending ?? null;
  connectWith({ resumeToken: kept.resumeToken });
}

function submitJoin(event) {
  event.preventDefault();
  const pin = byId("pin").value.replaceAll(/\D/g, "");
  const nickname = byId("nickname").value.trim();
  if (!pin) return joinError("Enter the game PIN.");
  if (!nickname && !account.token) return joinError("Enter your name.");
  pending = null;
  const kept = keptGame();
  const same = kept?.putOut || kept?.nickname === nickname; // who was put out comes back as the same player
  const joinId = joinIdFor(pin, nickname);
  connectWith({ pin, nickname: nickname || undefined, resumeToken: same ? kept.resumeToken : undefined, joinId });
}

/** The same for another try, also after a reload, until the join is acknowledged: else the first would be a second player. */
function joinIdFor(pin, nickname) {
  const last = recall("sessionStorage", JOIN_KEY);
  if (last?.pin === pin && last.nickname === nickname) return last.joinId;
  const joinId = randomId();
  remember("sessionStorage", JOIN_KEY, { pin, nickname, joinId });
  return joinId;
}

async function submitLogin(event) {
  event.preventDefault();
  byId("login-error").textContent = "";
  try {
    await account.login(byId("email").value.trim(), byId("password").value);
  } catch (error) {
    byId("login-error").textContent = error.code === "AUTHENTICATION_ERROR" ? "E-mail or password is wrong." : error.message;
    return;
  }
  byId("password").value = "";
  await listRunning();
  (byId("pin").value ? byId("join-button") : byId("pin")).focus();
}

function keptGame() {
  return recall("sessionStorage", KEY) ?? recall("localStorage", KEY);
}

function connectWith(payload) {
  wanted = payload;
  joinError("");
  byId("join-button").disabled = true;
  connection?.close();
  connection = new Connection({ token: () => account.fresh(), entered, state: connectionChanged });
  const following = (follower = new Follower(publication));
  for (const [event, handler] of Object.entries(PUBLICATIONS)) connection.on(event, (data, place) => following.receive(handler, data, place));
}

async function entered(link, back) {
  await follower.enter(async () => (await back) ?? join(link), (reply) => link === connection && take(reply));
}

function take(reply) {
  connection.hint(reply.serverTime);
  wanted = { resumeToken: reply.resumeToken };
  remember("sessionStorage", JOIN_KEY, null);
  game = fromView(reply.view);
  save(reply.resumeToken);
  byId("join-button").disabled = false;
  if (pending && pending.answerId === game.answerId) pending = null;
  if (pending && (pending.index !== game.question?.index || game.phase !== "open")) pending = null;
  render();
  if (pending) setTimeout(sendPending); // when `ready` is set
}

/** A kept token of another game is no hindrance to joining by PIN. */
async function join(link) {
  try {
    return await link.call("live.join", wanted);
  } catch (error) {
    if (error.code !== "AUTHENTICATION_ERROR" || !wanted.pin || !wanted.resumeToken) throw error;
    wanted = { pin: wanted.pin, nickname: wanted.nickname, joinId: wanted.joinId };
    return link.call("live.join", wanted);
  }
}

function save(resumeToken, putOut = false) {
  const value = { liveQuizId: game.liveQuizId, resumeToken: resumeToken ?? wanted.resumeToken, nickname: game.nickname, pending, putOut };
  remember("sessionStorage", KEY, value);
  remember("localStorage", KEY, value);
}

function forget() {
  for (const storage of ["sessionStorage", "localStorage"]) remember(storage, KEY, null);
}

async function connectionChanged(state, refusal, during) {
  const banner = byId("banner");
  banner.hidden = state === "connected";
  if (state === "lost") banner.textContent = game ? "Connection lost. Reconnecting …" : "Connecting …";
  if (state !== "refused") return;
  if (during === "handshake" && refusal.code === "AUTHENTICATION_ERROR" && (await account.renew())) {
    connection?.socket.connect();
    return;
  }
  banner.hidden = true;
  if (refusal.code === "GUESTS_NOT_ALLOWED") byId("account").open = true;
  leaveScreen(JOIN_REFUSALS[refusal.code] ?? refusal.message);
  // A place that was forbidden is kept, so that this browser does not come back as somebody new.
  if (refusal.code === "AUTHENTICATION_ERROR" || refusal.code === "NOT_FOUND") forget();
}

const JOIN_REFUSALS = {
  NOT_FOUND: "There is no running game with this PIN.",
  AUTHENTICATION_ERROR: "This place in the game cannot be taken up again. Join with the PIN.",
  GAME_LOCKED: "The host has locked this game.",
  GAME_FULL: "This game is full.",
  GAME_FINISHED: "This game is over.",
  BANNED: "The host has removed you from this game.",
  NICKNAME_TAKEN: "Somebody already has this name. Choose another one.",
  GUESTS_NOT_ALLOWED: "Sign in below: this game is for members of the course.",
  AUTHORIZATION_ERROR: "Only members of the course may join this game.",
};

function leaveScreen(message) {
  connection?.close();
  connection = null;
  game = pending = timer = null;
  byId("join-button").disabled = false;
  byId("me").hidden = true;
  byId("continue").hidden = true;
  show(byId("join"));
  joinError(message);
  listRunning();
}

function joinError(text) {
  byId("join-error").textContent = text;
}

// --- state --------------------------------------------------------------------------------------

function fromView(view) {
  const question = view.question ?? null;
  return {
    ...view,
    orders: view.orders ?? {},
    order: view.order ?? [],
    question,
    time: question && timeOf(question),
    answer: view.answer ?? null,
    answerId: view.answerId ?? null,
    reveal: view.reveal ?? null,
    result: view.result ?? null,
    leaderboard: view.leaderboard ?? null,
    names: [],
    notice: "",
  };
}

function timeOf({ opensAt, closesAt, paused = false, remainingMs = null }) {
  return { opensAt, closesAt, paused, remainingMs };
}

function publication(handler, data) {
  if (!game || data.liveQuizId !== game.liveQuizId) return;
  if (data.step !== undefined && data.step < game.step) return;
  if (data.step !== undefined) game.step = data.step;
  handler(data);
  render();
}

const PUBLICATIONS = {
  "live.question": (data) => {
    pending = null;
    Object.assign(game, {
      phase: "open", question: data, time: timeOf(data), order: game.orders[data.index] ?? [],
      answer: null, answerId: null, reveal: null, result: null, leaderboard: null, notice: "",
    });
    save();
    announce(`Question ${data.index + 1}: ${data.text}`);
  },
  "live.time": (data) => {
    if (data.index === game.question?.index) game.time = timeOf(data);
    if (data.paused) announce("Paused");
    else game.notice = "";
  },
  "live.closed": (data) => {
    if (data.index === game.question?.index) Object.assign(game, { phase: "closed", skipped: data.skipped === true });
    announce("Time is up");
  },
  "live.reveal": (data) => Object.assign(game, { phase: "reveal", reveal: data }),
  "live.result": (data) => {
    const before = game.result; // a correction comes as the same result again, often for others' sake
    Object.assign(game, { result: data, score: data.score, rank: data.rank });
    if (before?.index !== data.index || before.points !== data.points || before.answered !== data.answered) announce(resultTitle(data));
  },
  "live.leaderboard": (data) => onBoard("leaderboard", data),
  "live.finished": (data) => onBoard("finished", data),
  "live.lobby": (data) => Object.assign(game, { players: data.players, names: data.names ?? [] }),
  "live.host": (data) => Object.assign(game, { hostConnected: data.connected }),
  "live.put_out": (data) => {
    const message = data.banned ? JOIN_REFUSALS.BANNED : "The host has put you out. You may join again.";
    pending = null;
    save(undefined, true);
    setTimeout(() => {
      leaveScreen(message);
      if (!data.banned) offerReturn(keptGame());
    });
  },
};

/** The board is the newest word on one's own place; those below its end keep the last result. */
function onBoard(phase, leaderboard) {
  const own = (leaderboard.top ?? []).find((standing) => standing.playerId === game.playerId);
  Object.assign(game, { phase, leaderboard }, own && { rank: own.rank, score: own.score });
}

// --- answering ----------------------------------------------------------------------------------

function give(answer) {
  if (pending || game.answerId || game.phase !== "open") return;
  pending = { index: game.question.index, answerId: randomId(), answer };
  game.notice = "";
  save();
  render();
  sendPending();
}

/** Send until acknowledged; the same answerId each time, so that it counts once. */
async function sendPending() {
  if (sending) return;
  sending = true;
  try {
    await sendUntilAcknowledged();
  } finally {
    sending = false;
  }
}

async function sendUntilAcknowledged() {
  for (let wait = 250; pending; wait = Math.min(wait * 2, 4000)) {
    const given = pending;
    try {
      await connection.call("live.answer", { liveQuizId: game.liveQuizId, ...given });
      if (pending === given) accepted(given);
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refusal)) throw error;
      if (!connection?.ready) return; // entering again will send it
      if (error instanceof Refusal && !error.retryable && error.code !== "RATE_LIMITED" && pending === given) notAccepted(error);
      else await new Promise((done) => setTimeout(done, wait + Math.random() * wait));
    }
  }
}

function accepted(given) {
  pending = null;
  if (game.question?.index === given.index) Object.assign(game, { answer: given.answer, answerId: given.answerId });
  save();
  announce("Answer saved");
  render();
}

function notAccepted(refusal) {
  pending = null;
  game.notice = FINAL_REFUSALS.has(refusal.code) ? ANSWER_REFUSALS[refusal.code] ?? refusal.message : refusal.message;
  save();
  announce(game.notice);
  render();
  if (refusal.code === "NOT_A_PLAYER" || refusal.code === "ALREADY_ANSWERED") entered(connection).catch(() => {});
}

const ANSWER_REFUSALS = {
  QUESTION_CLOSED: "Too late: the question has closed.",
  QUESTION_NOT_OPEN: "This question is not open.",
  ALREADY_ANSWERED: "You have already answered this question.",
  PAUSED: "The game is paused. Answer when it goes on.",
};

function pressKey(event) {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[1-9]$/.test(event.key)) {
    const tile = document.querySelectorAll("#game .option")[Number(event.key) - 1];
    if (tile && !tile.disabled) tile.click();
  }
}

// --- the screen ---------------------------------------------------------------------------------

function render() {
  if (!game) return;
  show(byId("game"));
  byId("me").hidden = false;
  byId("me-name").textContent = game.nickname;
  byId("me-score").textContent = `${game.score} points`;
  document.title = `${game.title} · Stoa`;
  const screen = SCREENS[game.phase]();
  if (screen === null) return;
  const away = game.hostConnected === false && game.phase !== "finished";
  byId("game").replaceChildren(
    h("div", { class: "stack", "data-phase": game.phase }, away ? h("p", { class: "banner" }, "The host is away. The game goes on.") : null, screen),
  );
}

const SCREENS = {
  lobby: () => {
    timer = null;
    return h(
      "div",
      { class: "card hero" },
      h("div", { class: "sign good" }, "✓"),
      h("h1", {}, "You're in!"),
      h("p", { class: "muted" }, game.title),
      h("span", { class: "lobby-wait", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
      h("p", {}, "Watch the host's screen. The game begins soon."),
      h("p", { class: "muted" }, `${game.players} ${game.players === 1 ? "player" : "players"} here`),
      h("div", { class: "names" }, game.names.slice(0, 40).map((name) => h("span", { class: `chip ellipsis ${name === game.nickname ? "brandy" : ""}` }, name))),
    );
  },
  open: questionScreen,
  closed: () => {
    timer = null;
    const text = game.skipped ? "The host skipped this question. Nobody gets points." : game.answerId ? "Your answer is in." : "Time is up.";
    return h(
      "div",
      { class: "card stack" },
      asked(game.question),
      h("div", { class: "hero" }, h("div", { class: `sign ${game.answerId ? "good" : ""}` }, game.answerId ? "✓" : "–"), h("h2", {}, text), h("p", { class: "muted" }, "The answer comes in a moment.")),
    );
  },
  reveal: revealScreen,
  leaderboard: boardScreen,
  finished: boardScreen,
};

/** Rebuilt for a new question or a new state of the answer, never while somebody types. */
function questionScreen() {
  const question = game.question;
  const given = pending?.answer ?? game.answer;
  const locked = Boolean(pending || game.answerId);
  const shape = JSON.stringify([question.index, locked, game.notice, game.time.paused, game.hostConnected, pending?.answerId, game.answerId]);
  if (timer?.shape === shape && byId("game").querySelector(".countdown")) return null;
  const drafts = sameQuestionDrafts(question, locked);
  const count = countdown(() => connection?.now() ?? Date.now());
  timer = { ...count, shape, index: question.index };
  const form = answerForm(question, game.order, { given, locked, send: give });
  const screen = h(
    "div",
    { class: "stack" },
    h("div", { class: "row" }, h("span", { class: "chip" }, `Question ${question.index + 1} of ${question.total}`), h("span", { class: "chip" }, `${question.points} points`)),
    count.element,
    h("div", { class: "card stack" }, question.questionType === "fill_blank" ? null : asked(question), form, savedLine()),
  );
  drafts.restore(screen);
  return screen;
}

/** What was typed but not sent survives a redraw of the same question. */
function sameQuestionDrafts(question, locked) {
  const fields = "input, textarea, select";
  const old = timer?.index === question.index && !locked ? [...byId("game").querySelectorAll(fields)].map((field) => field.value) : [];
  const chosen = old.length || locked || timer?.index !== question.index ? [] : [...byId("game").querySelectorAll(".option.chosen")].map((tile) => tile.dataset.option);
  const restore = (screen) => {
    screen.querySelectorAll(fields).forEach((field, n) => old[n] !== undefined && (field.value = old[n]));
    if (question.multiple) chosen.forEach((id) => screen.querySelector(`[data-option="${id}"]`)?.click());
  };
  return { restore };
}

function savedLine() {
  if (game.notice) return h("p", { class: "saved no", role: "alert" }, game.notice);
  if (game.answerId) return h("p", { class: "saved yes" }, "✓ Answer saved");
  if (pending) return h("p", { class: "saved muted" }, "Sending …");
  if (game.time.paused) return h("p", { class: "saved muted" }, "❙❙ Paused by the host");
  return h("p", { class: "saved" }, "");
}

function resultTitle(result) {
  if (result.correct === true) return "Correct!";
  if (!result.answered) return "No answer this time";
  if (result.points > 0) return "Partly right";
  return result.correct === false ? "Not this time" : "Answer received";
}

function revealScreen() {
  timer = null;
  const { question, result, reveal } = game;
  const partly = result?.correct !== true && result?.points > 0;
  const kind = result?.correct === true ? "good" : result?.correct === false && result.answered && !partly ? "bad" : "";
  const own = isChoice(question) || question.questionType === "matching" || game.answer === null ? null : [game.answer].flat().join(" · ");
  const texts = isChoice(question) ? [] : correctText(question, reveal);
  return h(
    "div",
    { class: "stack" },
    result &&
      h(
        "div",
        { class: "card hero" },
        h("div", { class: `sign ${kind}` }, kind === "good" ? "✓" : kind === "bad" ? "✗" : partly ? "½" : "–"),
        h("h1", {}, resultTitle(result)),
        h("p", { class: "points tabular" }, `+${result.points}`),
        facts(result),
      ),
    h(
      "div",
      { class: "card stack" },
      asked(question),
      isChoice(question) ? revealedTiles(question, game.order, reveal, game.answer) : texts.map((text) => h("p", { class: "explanation" }, text)),
      own ? h("p", { class: "muted" }, `You wrote: ${own}`) : null,
      explanation(reveal),
    ),
  );
}

function facts(result) {
  return h(
    "div",
    { class: "facts grow" },
    h("div", { class: "fact" }, h("b", { class: "tabular" }, String(result.score)), h("span", {}, "points")),
    h("div", { class: "fact" }, h("b", { class: "tabular" }, ordinal(result.rank)), h("span", {}, "place")),
    h("div", { class: "fact" }, h("b", { class: "tabular" }, String(result.streak)), h("span", {}, "in a row")),
  );
}

function boardScreen() {
  timer = null;
  const over = game.phase === "finished";
  return h(
    "div",
    { class: "card stack" },
    over
      ? h("div", { class: "hero" }, h("div", { class: `sign ${game.rank <= 3 ? "good" : ""}` }, "★"), h("h1", {}, `You finished ${ordinal(game.rank)}`), h("p", { class: "points tabular" }, `${game.score} points`))
      : h("h1", {}, `You are ${ordinal(game.rank)}`),
    board(game.leaderboard ?? {}, game.playerId),
    over ? h("button", { class: "full", onclick: () => { forget(); location.assign("/"); } }, "Play another game") : null,
  );
}

function tick() {
  if (timer && game?.phase === "open") timer.update(game.time);
  requestAnimationFrame(tick);
}

start();
