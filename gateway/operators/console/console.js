// The operators' console: polls the JSON views every two seconds and draws them.
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const headers = token ? { Authorization: `Bearer ${token}` } : {};

const SILENT_MS = 5000; // as long as a server may take for an answer before it counts as gone

async function view(path) {
  const response = await fetch(path, { headers, signal: AbortSignal.timeout(SILENT_MS) });
  if (!response.ok && response.status !== 503) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

const SHOWN_CHILDREN = 12; // more actors than this are folded: the table below lists them, too
const opened = new Set(); // which folds the operator has opened, kept over each redraw

/** A fold that stays as the operator left it. */
function fold(key, label, content) {
  const details = element("details");
  details.dataset.key = key;
  details.open = opened.has(key);
  details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
  details.append(element("summary", label), content);
  return details;
}

/** An id of which the first eight characters are shown, and the rest on pointing at it. */
function shortened(id, tag = "span") {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}/.test(id);
  const node = element(tag, isId ? `${id.slice(0, 8)}…` : id);
  node.title = id;
  return node;
}

function dotOf(state) {
  return state === "running" || state === "live" ? "" : state === "stopped" ? "idle" : "bad";
}

function branch(children, path = "") {
  const list = element("ul");
  for (const child of children) {
    const item = element("li");
    const here = `${path}/${child.id}`;
    item.append(element("span", undefined, `dot ${dotOf(child.state)}`), shortened(child.id, "b"), " ");
    const notes = [child.state];
    if (child.strategy) notes.push(child.strategy);
    if (child.actors !== undefined) notes.push(`${child.actors} actors`);
    if (child.mailbox !== undefined) notes.push(`mailbox ${child.mailbox}`);
    if (child.restarts || child.mailbox !== undefined) notes.push(`${child.restarts} restarts`);
    item.append(element("small", notes.join(" · ")));
    if (child.last_error) item.append(" ", element("small", child.last_error, "err"));
    const below = child.children ?? [];
    if (below.length > SHOWN_CHILDREN) item.append(fold(here, `${below.length} actors`, branch(below, here)));
    else if (below.length) item.append(branch(below, here));
    list.append(item);
  }
  return list;
}

function cell(value, className) { return element("td", value, className); }

/** An error may be long: it is cut, and whole on pointing at it. */
function wide(text) {
  const node = cell(text ?? "", "err cut");
  node.title = text ?? "";
  return node;
}

function empty(body, columns, text) {
  const row = element("tr"), only = cell(text, "empty");
  only.colSpan = columns;
  row.append(only);
  body.append(row);
}

function drawActors(actors) {
  const body = $("actors");
  body.replaceChildren();
  for (const actor of actors) {
    const row = element("tr");
    const name = element("td", `${actor.kind}/`);
    name.append(shortened(actor.key));
    row.append(name, cell(actor.state), cell(actor.mailbox, "n"),
      cell(`${Math.round(actor.oldest_ms)} ms`, "n"), cell(actor.handled, "n"),
      cell(`${Math.round(actor.handling_us)} µs`, "n"), cell(actor.restarts, "n"),
      wide(actor.last_error));
    const actions = element("td");
    for (const action of ["passivate", "restart"]) {
      const button = action === "restart" ? asking(act, actor) : element("button", action);
      if (action === "passivate") button.addEventListener("click", () => act(actor, action));
      button.setAttribute("aria-label", `${action} ${actor.kind}/${actor.key}`);
      button.dataset.key = `${action} ${actor.kind}/${actor.key}`;
      actions.append(button, " ");
    }
    row.append(actions);
    body.append(row);
  }
  if (!actors.length) empty(body, 9, "No actor is in memory; the first message brings one up.");
  $("actor-count").textContent = actors.length ? `(${actors.length} shown)` : "";
}

/** What a restart does, said before it is done. */
function asking(act, actor) {
  const button = element("button", "restart");
  const name = `${actor.kind}/${actor.key}`;
  button.addEventListener("click", () => {
    const told = `${actor.mailbox} waiting requests are answered with an error; what was saved is read again.`;
    if (confirm(`Restart ${name}?\n${told}`)) act(actor, "restart");
  });
  return button;
}

/** Post an action, say in `place` what came of it, and redraw. */
async function post(path, place, what) {
  const response = await fetch(path, { method: "POST", headers: { ...headers, "X-Stoa-Operator": "1" } }).catch(() => null);
  $(place).textContent = response?.ok ? `${what}: done` : `${what} was not possible: ${response?.status ?? "no answer"}`;
  await refresh();
}

function act(actor, action) {
  const path = `/actors/${encodeURIComponent(actor.kind)}/${encodeURIComponent(actor.key)}/${action}`;
  return post(path, "done", `${action} of ${actor.kind}/${actor.key.slice(0, 8)}`);
}

function drawJobs(jobs) {
  const body = $("jobs");
  body.replaceChildren();
  for (const job of jobs) {
    const row = element("tr");
    row.append(cell(job.id), cell(job.kind), cell(job.attempts, "n"),
      cell(new Date(job.failed_at).toLocaleString()), wide(job.last_error));
    const actions = element("td");
    for (const action of job.retryable ? ["retry", "cancel"] : ["cancel"]) {
      const button = element("button", action);
      button.addEventListener("click", () => post(`/jobs/${job.id}/${action}`, "job-done", `${action} of job ${job.id}`));
      button.setAttribute("aria-label", `${action} job ${job.id}, ${job.kind}`);
      button.dataset.key = `${action} job ${job.id}`;
      actions.append(button, " ");
    }
    row.append(actions);
    body.append(row);
  }
  if (!jobs.length) empty(body, 6, "None. Every job was done or will be tried again.");
}

const firstBroken = new Map(); // by path: the event that the last try could not read

/** Post what may mend or end a history, and say in one line what is so now. */
async function mend(path, action, query = "") {
  const response = await fetch(`${path}/${action}${query}`, { method: "POST", headers: { ...headers, "X-Stoa-Operator": "1" } }).catch(() => null);
  const found = await response?.json().catch(() => null);
  const { version = null, reason = "", set_aside: aside } = found ?? {};
  firstBroken.delete(path);
  let said = `${action} was not possible: ${found?.message ?? response?.status ?? "no answer"}`;
  if (response?.ok && action === "discard") said = `discarded; ${aside} events were set aside`;
  else if (response?.ok && version === null) said = "it can be read again";
  else if (response?.ok) {
    firstBroken.set(path, version);
    said = `${reason} (the first that cannot be read is number ${version})`;
  }
  $("unreadable-done").textContent = said;
  await refresh();
}

async function save(path, name) {
  const response = await fetch(`${path}/history`, { headers });
  const link = element("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${name}.ndjson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function drawUnreadable(found) {
  const body = $("unreadable");
  body.replaceChildren();
  for (const one of found) {
    const path = `/actors/${encodeURIComponent(one.kind)}/${encodeURIComponent(one.key)}`;
    const name = element("td", `${one.kind}/`);
    name.append(shortened(one.key));
    const actions = element("td");
    const add = (label, act) => {
      const button = element("button", label);
      button.addEventListener("click", act);
      button.setAttribute("aria-label", `${label}: ${one.kind}/${one.key}`);
      button.dataset.key = `${label} ${path}`;
      actions.append(button, " ");
    };
    const broken = firstBroken.get(path);
    add("try again", () => mend(path, "retry"));
    add("save history", () => save(path, `${one.kind}-${one.key}`));
    if (broken) add(`set event ${broken} aside`, () => mend(path, "set-aside", `?version=${broken}`));
    add("discard", () => confirm(`End this ${one.called} with what can be read? The events from there on are set aside.`) && mend(path, "discard"));
    const row = element("tr");
    row.append(name, cell(new Date(one.since).toLocaleString()), cell(one.refused, "n"), wide(one.reason), actions);
    body.append(row);
  }
  if (!found.length) empty(body, 5, "None. Everything that was asked for could be read.");
}

function drawDead(letters) {
  const body = $("dead");
  body.replaceChildren();
  for (const letter of letters.slice(0, 50)) {
    const row = element("tr");
    row.append(cell(letter.address), cell(letter.message), cell(letter.count, "n"), wide(letter.error));
    body.append(row);
  }
  if (!letters.length) empty(body, 4, "None. Every message found its receiver.");
}

// What an operator looks at first, by part; the other numbers are folded.
const FIRST = {
  actors: ["live", "restarts", "unreadable", "dead_letters", "mailbox_full"],
  front: ["connections", "slow_consumers"],
  socketio: ["sockets"],
  journal: ["pending", "failures"],
  database: ["failures"],
};

/** One number, or the sum of those of its kinds, which stand below it. */
function tile(name, value, part = "") {
  const item = element("div");
  const label = `${part} ${name.replaceAll("_", " ")}`.trim();
  const kinds = typeof value === "object" ? Object.entries(value).filter(([, each]) => Number(each) !== 0) : [];
  const sum = typeof value === "object" ? kinds.reduce((all, [, each]) => all + Number(each), 0) : Number(value);
  const trouble = sum > 0 && /dead|full|slow|fail|restarts|unreadable/.test(name);
  item.className = trouble ? "trouble" : "";
  item.append(element("b", shownNumber(sum)), element("span", label));
  for (const [kind, each] of kinds) item.append(element("small", `${kind}: ${shownNumber(Number(each))}`));
  return item;
}

function shownNumber(value) {
  return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(2);
}

function drawNumbers(counters) {
  const first = element("div", undefined, "numbers");
  const rest = element("div");
  for (const [part, names] of Object.entries(FIRST)) {
    for (const name of names) if (name in (counters[part] ?? {})) first.append(tile(name, counters[part][name], part));
  }
  for (const [part, numbers] of Object.entries(counters)) {
    const tiles = element("div", undefined, "numbers small");
    tiles.append(...Object.entries(numbers).map(([name, value]) => tile(name, value)));
    rest.append(element("h3", part), tiles);
  }
  $("numbers").replaceChildren(first, fold("numbers", "All numbers, by part", rest));
}

/** Draw everything anew; who has the focus on a button or a fold keeps it. */
function redrawn(draw) {
  const held = document.activeElement?.closest("[data-key]")?.dataset.key;
  draw();
  if (!held || document.activeElement !== document.body) return;
  const again = document.querySelector(`[data-key="${CSS.escape(held)}"]`);
  (again?.matches("details") ? again.querySelector("summary") : again)?.focus({ preventScroll: true });
}

let answeredAt = null;

async function refresh() {
  try {
    const [ready, tree, actors, dead, counters, jobs, unreadable] = await Promise.all(
      ["/readyz", "/tree", "/actors?limit=100", "/dead-letters", "/counters", "/jobs?state=dead&limit=50", "/unreadable"].map(view));
    const status = $("status");
    const wrong = Object.entries(ready.parts).filter(([, answer]) => answer !== "ok");
    status.textContent = wrong.length ? wrong.map(([part, answer]) => `${part}: ${answer}`).join("; ") : "everything answers";
    status.className = wrong.length ? "bad" : "good";
    redrawn(() => {
      $("tree").replaceChildren(branch([tree]));
      drawActors(actors);
      drawUnreadable(unreadable);
      drawDead(dead);
      drawJobs(jobs);
      drawNumbers(counters);
    });
    answeredAt = new Date();
    document.body.classList.remove("stale");
  } catch (error) {
    // What is still shown is of before, and must not look as if all were well.
    const since = answeredAt ? `since ${answeredAt.toLocaleTimeString()}` : "yet";
    $("status").textContent = `The server has not answered ${since}: ${error.message}`;
    $("status").className = "bad";
    document.body.classList.add("stale");
  }
}

/** One look after the other, so that a slow server is not asked ever more. */
async function watch() {
  await refresh();
  setTimeout(watch, 2000);
}

await watch();
