// The host's page: sign in, open a lobby, steer the game; readable from the last row.

import { Account } from "./account.js";
import { Connection, Follower, NoAnswer, Refusal } from "./connection.js";
import { QUIZZES, START, TEACHERS } from "./documents.js";
import { announce, byId, h, randomId, recall, remember, show } from "./dom.js";
import { asked, board, choicesOf, countdown, isChoice } from "./question.js";
import { playersDialog } from "./host-players.js";
import { awaitedText, barLine, finalScreen, lobbyScreen, prompts, revealScreen, tiles } from "./host-screens.js";

const BARS_KEY = "stoa.host.bars";
const PLAYERS_EVERY_MS = 2000;

let connection = null;
let follower = null;
let game = null;
let timer = null;
let publicUrl = null;
let showBars = recall("localStorage", BARS_KEY) !== false;
let playersTimer = null;

const account = new Account((token) => {
  byId("sign-out").hidden = !token;
  if (token) connection?.ready && connection.call("auth.renew", { token }).catch(() => {});
  else signedOut();
});

// --- signing in and choosing --------------------------------------------------------------------

async function start() {
  byId("login-form").addEventListener("submit", submitLogin);
  byId("sign-out").addEventListener("click", () => account.logout());
  addEventListener("keydown", pressKey);
  requestAnimationFrame(tick);
  fetch("/site.json").then((response) => response.json()).then((site) => { publicUrl = site.publicUrl; render(); }).catch(() => {});
  if (await account.resume()) await signedIn();
  else signedOut();
}

function signedOut() {
  connection?.close();
  connection = game = timer = null;
  for (const id of ["controls", "game-chips"]) byId(id).hidden = true;
  show(byId("login"));
  byId("email").focus();
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
  await signedIn();
}

async function signedIn() {
  const id = new URLSearchParams(location.search).get("game");
  if (id) return open(id);
  show(byId("choose"));
  await listQuizzes();
}

async function listQuizzes() {
  try {
    const { myCourses } = await account.query(QUIZZES);
    const items = myCourses.nodes.flatMap((course) =>
      course.modules.flatMap((module) => module.lessons.flatMap((lesson) => lesson.quizzes ?? [])).map((quiz) => quizItem(course, quiz)),
    );
    const running = myCourses.nodes.flatMap((course) => course.liveQuizzes.map((one) => runningItem(course, one)));
    byId("running-card").hidden = running.length === 0;
    byId("running").replaceChildren(...running);
    byId("quizzes").replaceChildren(...(items.length ? items : [h("li", { class: "muted" }, "Your courses have no quiz yet.")]));
  } catch (error) {
    byId("choose-error").textContent = error.message;
  }
}

function runningItem(course, one) {
  const mine = one.host.id === account.userId;
  const stage = one.state === "LOBBY" ? "In the lobby" : `Question ${one.questionIndex + 1} of ${one.questionCount}`;
  const facts = [course.title, stage, `PIN ${one.pin}`, mine ? null : `hosted by ${one.host.profile.fullName}`];
  return h(
    "li",
    {},
    h("div", { class: "grow" }, h("h3", {}, one.title), h("p", { class: "muted tabular" }, facts.filter(Boolean).join(" · "))),
    h("button", { type: "button", "data-running": one.id, onclick: () => open(one.id) }, "Take up"),
  );
}

function quizItem(course, quiz) {
  return h(
    "li",
    {},
    h("div", { class: "grow" }, h("h3", {}, quiz.title), h("p", { class: "muted" }, `${course.title} · ${quiz.questions.length} questions`)),
    h("button", { class: "primary", type: "button", "data-quiz": quiz.id, disabled: quiz.questions.length === 0, onclick: (event) => startGame(quiz.id, event.currentTarget) }, "Open a lobby"),
  );
}

async function startGame(quizId, button) {
  button.disabled = true;
  try {
    const { startLiveQuiz } = await account.query(START, { quizId, config: chosenConfig() });
    open(startLiveQuiz.id);
  } catch (error) {
    byId("choose-error").textContent = error.message;
  }
  button.disabled = false;
}

function chosenConfig() {
  const on = (id) => byId(id).checked;
  const seconds = Math.min(600, Math.max(5, Number(byId("question-seconds").value) || 20));
  return {
    questionMs: seconds * 1000,
    speedWeighted: on("speed-weighted"),
    streaks: on("streaks"),
    shuffleQuestions: on("shuffle-questions"),
    shuffleOptions: on("shuffle-options"),
    allowGuests: on("allow-guests"),
    autoAdvanceMs: on("auto-advance") ? 5000 : null,
  };
}

// --- the game -----------------------------------------------------------------------------------

function open(liveQuizId) {
  history.replaceState(null, "", `/host?game=${encodeURIComponent(liveQuizId)}`);
  show(byId("wait"));
  connection?.close();
  connection = new Connection({ token: () => account.fresh(), entered: (link, back) => attach(link, liveQuizId, back), state: connectionChanged });
  const following = (follower = new Follower(publication));
  for (const [event, handler] of Object.entries(PUBLICATIONS)) connection.on(event, (data, place) => following.receive(handler, data, place));
}

async function attach(link, liveQuizId, back = null) {
  await follower.enter(async () => (await back) ?? link.call("live.host", { liveQuizId }), (reply) => link === connection && take(reply));
}

function take({ view, serverTime }) {
  connection.hint(serverTime);
  const question = view.question ?? null;
  game = {
    ...view,
    players: view.players ?? [],
    count: view.players?.length ?? 0,
    connected: (view.players ?? []).filter((player) => player.connected).length,
    names: (view.players ?? []).map((player) => player.nickname),
    question,
    time: question && timeOf(question),
    histogram: view.histogram ?? null,
    awaited: view.awaited ?? null,
    reveal: view.reveal ?? null,
    leaderboard: view.leaderboard ?? null,
    notice: "",
  };
  timer = null;
  render();
  dialog.update(game);
}

function connectionChanged(state, refusal, during) {
  const banner = byId("banner");
  banner.hidden = state === "connected";
  banner.textContent = game ? "Connection lost. Reconnecting …" : "Connecting …";
  if (state !== "refused") return;
  banner.hidden = true;
  if (during === "handshake" && refusal.code === "AUTHENTICATION_ERROR") {
    account.renew().then((renewed) => renewed && connection?.socket.connect());
    return;
  }
  history.replaceState(null, "", "/host");
  connection?.close();
  connection = game = null;
  byId("controls").hidden = byId("game-chips").hidden = true;
  show(byId("choose"));
  byId("choose-error").textContent = refusal.code === "NOT_FOUND" ? "This game is over or does not exist." : refusal.message;
  listQuizzes();
}

function timeOf({ opensAt, closesAt, paused = false, remainingMs = null }) {
  return { opensAt, closesAt, paused, remainingMs };
}

function publication(handler, data) {
  if (!game || data.liveQuizId !== game.liveQuizId) return;
  if (data.step !== undefined && data.step < game.step) return;
  if (data.step !== undefined) game.step = data.step;
  if (data.step !== undefined || data.hostId) game.notice = "";
  handler(data);
  render();
}

const PUBLICATIONS = {
  "live.question": (data) => {
    Object.assign(game, { phase: "open", question: data, time: timeOf(data), paused: data.paused === true, histogram: null, awaited: null, reveal: null, leaderboard: null });
    announce(`Question ${data.index + 1} is open`);
  },
  "live.time": (data) => {
    if (data.index !== game.question?.index) return;
    Object.assign(game, { time: timeOf(data), paused: data.paused === true });
  },
  "live.closed": () => {
    game.phase = "closed";
    announce("The question has closed");
    attach(connection, game.liveQuizId).catch(() => {}); // the histogram's last state
  },
  "live.reveal": (data) => Object.assign(game, { phase: "reveal", reveal: data }),
  "live.leaderboard": (data) => Object.assign(game, { phase: "leaderboard", leaderboard: data }),
  "live.finished": (data) => Object.assign(game, { phase: "finished", leaderboard: data }),
  "live.lobby": (data) => {
    Object.assign(game, { count: data.players, connected: data.connected, locked: data.locked, names: data.names ?? [] });
    refreshPlayers();
  },
  "live.histogram": (data) => {
    if (data.index === game.question?.index) game.histogram = data;
  },
  "live.awaited": (data) => {
    if (data.index !== game.question?.index) return;
    if (awaitedText(data) !== awaitedText(game.awaited)) announce(awaitedText(data) || "Everybody is back");
    game.awaited = data;
  },
  "live.host": (data) => Object.assign(game, { hostId: data.hostId, hostConnected: data.connected }),
};

/** One command; repeated with the same id until answered, so that it acts once. */
async function command(name, more = {}) {
  const payload = { liveQuizId: game.liveQuizId, command: name, commandId: randomId(), ...more };
  for (let attempt = 0; attempt < 8; attempt += 1) {
    try {
      const reply = await connection.call("live.command", payload);
      if (reply.step >= game.step) Object.assign(game, { step: reply.step });
      return true;
    } catch (error) {
      if (error instanceof Refusal && !error.retryable) {
        if (error.code !== "STALE_STEP") game.notice = error.message;
        render();
        return false;
      }
      if (!(error instanceof Refusal) && !(error instanceof NoAnswer)) throw error;
      await new Promise((done) => setTimeout(done, 400 * (attempt + 1)));
    }
  }
  game.notice = "The server did not answer.";
  render();
  return false;
}

/** The server asks the host's page first, for three seconds at most. */
async function takeOver() {
  Object.assign(game, { taking: true, notice: "" });
  render();
  await command("handOver", { toUserId: account.userId });
  if (game) game.taking = false;
  render();
}

/** What a teacher who does not steer should know of who does. */
function hostLine() {
  if (game.taking) return "Asking whether the host is still there …";
  return game.hostConnected === false ? "The host is away. You can take the game over." : "Another teacher hosts this game.";
}

const dialog = playersDialog({
  command,
  teachers,
  opened: () => attach(connection, game.liveQuizId).catch(() => {}),
});

/** Who else teaches the course, and so may take the game over. */
async function teachers() {
  const { course } = await account.query(TEACHERS, { id: game.courseId }).catch(() => ({ course: null }));
  const all = course ? [course.instructor, ...course.teachers] : [];
  return all.filter((teacher, n) => teacher.id !== game.hostId && all.findIndex((other) => other.id === teacher.id) === n);
}

/** Refetch the players' list, rarely and only while somebody looks at it. */
function refreshPlayers() {
  if (!dialog.isOpen() || playersTimer) return;
  playersTimer = setTimeout(() => {
    playersTimer = null;
    if (connection?.ready && dialog.isOpen()) attach(connection, game.liveQuizId).catch(() => {});
  }, PLAYERS_EVERY_MS);
}

// --- the screen ---------------------------------------------------------------------------------

function render() {
  if (!game) return;
  show(byId("game"));
  document.title = `${game.title} · Stoa`;
  byId("title").textContent = game.title;
  renderChips();
  renderControls();
  const screen = SCREENS[game.phase]();
  if (screen) byId("game").replaceChildren(h("div", { class: "stack", "data-phase": game.phase }, screen));
}

function renderChips() {
  const chips = byId("game-chips");
  chips.hidden = false;
  const away = game.count - game.connected;
  const late = game.players.filter((player) => player.heldBackMs > 0).length;
  chips.replaceChildren(
    ...[
      game.phase === "finished" || game.phase === "lobby" ? null : h("span", { class: "chip tabular", title: "PIN" }, `PIN ${game.pin}`),
      game.locked ? h("span", { class: "chip warn" }, "Locked") : null,
      late > 0 ? h("span", { class: "chip warn", id: "late-chip", title: "Their replies come later than the network explains" }, `${late} ${late === 1 ? "connection" : "connections"} to check`) : null,
      h("button", { class: "small", type: "button", id: "players-button", onclick: () => dialog.open(game) }, `${game.count} ${game.count === 1 ? "player" : "players"}${away > 0 ? `, ${away} away` : ""}`),
    ].filter(Boolean),
  );
}

const NEXT = { open: "Close question", closed: "Reveal the answer", reveal: "Show leaderboard" };

function nextLabel() {
  if (game.phase !== "leaderboard") return NEXT[game.phase];
  return game.question && game.question.index + 1 < game.question.total ? "Next question" : "Finish";
}

function renderControls() {
  const bar = byId("controls");
  bar.hidden = false;
  const button = (id, label, onclick, classes = "", disabled = false) => h("button", { id, type: "button", class: classes, onclick, disabled }, label);
  const act = (name, more) => async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    await command(name, more?.());
    pressed.disabled = false;
  };
  const { phase } = game;
  const parts = [];
  const steers = game.hostId === account.userId;
  if (!steers && phase !== "finished") parts.push(button("take-over", "Take over", takeOver, "primary big", game.taking === true));
  else if (phase === "lobby") parts.push(button("next", "Start the game", act("start"), "primary big", game.count === 0));
  else if (phase !== "finished") parts.push(button("next", nextLabel(), act("next", () => ({ step: game.step })), "primary big"));
  if (phase === "open" && steers) {
    parts.push(
      game.paused ? button("resume", "▶ Resume", act("resume")) : button("pause", "❙❙ Pause", act("pause")),
      button("extend", "+10 s", act("extend", () => ({ extraMs: 10000 }))),
      button("skip", "Skip", act("skip")),
    );
  }
  if (phase === "finished") {
    parts.push(button("csv", "Results as CSV", () => download("csv")), button("xlsx", "Results as XLSX", () => download("xlsx")));
    parts.push(h("span", { class: "grow" }), h("a", { class: "button", href: "/host" }, "Another quiz"));
  } else {
    parts.push(h("p", { class: `${game.notice ? "error" : "muted"} grow`, role: "alert" }, game.notice || (steers ? "" : hostLine())));
    if (phase === "open" && isChoice(game.question)) parts.push(button("bars", showBars ? "Hide answers" : "Show answers", toggleBars, "quiet"));
    if (steers) parts.push(game.locked ? button("unlock", "Unlock", act("unlock")) : button("lock", "Lock", act("lock")));
    if (steers) parts.push(button("end", "End", confirmEnd, "danger"));
  }
  // Keep the focus where it was: the bar is rebuilt on every change.
  const focused = bar.contains(document.activeElement) ? document.activeElement.id : null;
  bar.replaceChildren(...parts);
  if (focused) byId(focused)?.focus();
}

function toggleBars() {
  showBars = !showBars;
  remember("localStorage", BARS_KEY, showBars);
  render();
}

function confirmEnd() {
  const box = byId("confirm-dialog");
  box.replaceChildren(
    h("form", { method: "dialog", class: "stack" },
      h("h2", {}, "End the game now?"),
      h("p", {}, "The open question counts as closed, and the final board is shown."),
      h("div", { class: "row" }, h("button", { class: "danger", id: "end-yes", onclick: () => command("end") }, "End the game"), h("button", { autofocus: true }, "Go on"))),
  );
  box.showModal();
}

async function download(kind) {
  const response = await fetch(`/live/${game.liveQuizId}/results.${kind}`, { headers: { authorization: `Bearer ${await account.fresh()}` } }).catch(() => null);
  if (!response?.ok) {
    byId("banner").hidden = false;
    byId("banner").textContent = "The results could not be fetched. Try again.";
    return;
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `results.${kind}`;
  const url = URL.createObjectURL(await response.blob());
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function joinUrl() {
  return `${publicUrl ?? location.origin}/?pin=${game.pin}`;
}

const SCREENS = {
  lobby: () => {
    timer = null;
    return lobbyScreen(game, joinUrl(), (publicUrl ?? location.origin).replace(/^https?:\/\//, ""));
  },
  open: () => questionScreen(),
  closed: () => questionScreen(),
  reveal: () => {
    timer = null;
    return revealScreen(game);
  },
  leaderboard: () => {
    timer = null;
    return h("div", { class: "card stack medium" }, h("h1", {}, "Leaderboard"), board(game.leaderboard));
  },
  finished: () => {
    timer = null;
    return finalScreen(game);
  },
};

/** The question stays as it is; the numbers beside it are changed in place. */
function questionScreen() {
  const { question, phase } = game;
  const key = JSON.stringify([question.index, phase, showBars]);
  if (timer?.key === key && byId("game").querySelector("[data-question]")) {
    timer.fill();
    return null;
  }
  const count = countdown(() => connection?.now() ?? Date.now());
  const answered = h("b", { id: "answered", class: "tabular" });
  const choices = isChoice(question) ? choicesOf(question, []) : [];
  const bars = choices.map((choice) => barLine(choice));
  const missing = h("p", { id: "awaited", class: "hint" });
  const fill = () => {
    missing.textContent = phase === "open" ? awaitedText(game.awaited) : "";
    missing.hidden = missing.textContent === "";
    const counts = game.histogram?.counts ?? {};
    const total = Math.max(1, ...choices.map((choice) => counts[choice.tally] ?? 0));
    answered.textContent = `${game.histogram?.answered ?? 0} of ${game.histogram?.connected ?? game.connected}`;
    bars.forEach(({ update }) => update(counts, total));
  };
  timer = { ...count, key, fill };
  fill();
  return h(
    "div",
    { class: "stack", "data-question": String(question.index) },
    h("div", { class: "row" }, h("span", { class: "chip" }, `Question ${question.index + 1} of ${question.total}`), h("span", { class: "grow" }), h("span", { class: "chip brandy" }, answered, "answered")),
    phase === "open" ? count.element : h("p", { class: "chip warn" }, "Closed: no more answers"),
    missing,
    h("div", { class: "card stack" }, asked(question), isChoice(question) ? tiles(question) : prompts(question)),
    showBars && bars.length ? h("div", { class: `card bars ${bars.length > 4 ? "two" : ""}`, id: "histogram" }, bars.map((bar) => bar.element)) : null,
  );
}

/** After the common deadline the time of whoever has longest, since the question is open until then. */
function shownTime() {
  const { time, awaited } = game;
  const longer = !time.paused && awaited && awaited.closesAt > time.closesAt;
  return longer && (connection?.now() ?? Date.now()) > time.closesAt ? { ...time, closesAt: awaited.closesAt } : time;
}

function pressKey(event) {
  if (event.target.matches("input, textarea, select, button, a, summary") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "ArrowRight" || event.key === "PageDown") byId("next")?.click(); // as presenters have it
}

function tick() {
  if (timer && game?.phase === "open") timer.update(shownTime());
  requestAnimationFrame(tick);
}

start();
