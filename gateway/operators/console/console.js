// The operators' console: polls the JSON views every two seconds and draws them.
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const headers = token ? { Authorization: `Bearer ${token}` } : {};

async function view(path) {
  const response = await fetch(path, { headers });
  if (!response.ok && response.status !== 503) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function branch(children) {
  const list = element("ul");
  for (const child of children) {
    const item = element("li");
    item.append(element("span", undefined, `dot ${child.state === "running" ? "" : child.state === "stopped" ? "idle" : "bad"}`));
    item.append(element("b", child.id), " ");
    const notes = [child.state];
    if (child.strategy) notes.push(child.strategy);
    if (child.actors !== undefined) notes.push(`${child.actors} actors`);
    if (child.restarts) notes.push(`${child.restarts} restarts`);
    item.append(element("small", notes.join(" · ")));
    if (child.last_error) item.append(" ", element("small", child.last_error, "err"));
    if (child.children?.length) item.append(branch(child.children));
    list.append(item);
  }
  return list;
}

function cell(value, className) { return element("td", value, className); }

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
    row.append(cell(`${actor.kind}/${actor.key}`), cell(actor.state), cell(actor.mailbox, "n"),
      cell(`${Math.round(actor.oldest_ms)} ms`, "n"), cell(actor.handled, "n"),
      cell(`${Math.round(actor.handling_us)} µs`, "n"), cell(actor.restarts, "n"),
      cell(actor.last_error ?? "", "err"));
    const actions = element("td");
    for (const action of ["passivate", "restart"]) {
      const button = element("button", action);
      button.addEventListener("click", () => act(actor, action));
      actions.append(button, " ");
    }
    row.append(actions);
    body.append(row);
  }
  if (!actors.length) empty(body, 9, "No actor is in memory; the first message brings one up.");
  $("actor-count").textContent = actors.length ? `(${actors.length} shown)` : "";
}

async function act(actor, action) {
  const path = `/actors/${encodeURIComponent(actor.kind)}/${encodeURIComponent(actor.key)}/${action}`;
  await fetch(path, { method: "POST", headers: { ...headers, "X-Stoa-Operator": "1" } });
  await refresh();
}

function drawDead(letters) {
  const body = $("dead");
  body.replaceChildren();
  for (const letter of letters.slice(0, 50)) {
    const row = element("tr");
    row.append(cell(letter.address), cell(letter.message), cell(letter.count, "n"), cell(letter.error, "err"));
    body.append(row);
  }
  if (!letters.length) empty(body, 4, "None. Every message found its receiver.");
}

function drawNumbers(counters) {
  const box = $("numbers");
  box.replaceChildren();
  for (const [part, numbers] of Object.entries(counters)) {
    for (const [name, value] of Object.entries(numbers)) {
      const item = element("div");
      item.append(element("b", Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(2)),
        element("span", `${part} · ${name.replaceAll("_", " ").replace(/ total$/, "")}`));
      box.append(item);
    }
  }
}

async function refresh() {
  try {
    const [ready, tree, actors, dead, counters] = await Promise.all(
      ["/readyz", "/tree", "/actors?limit=100", "/dead-letters", "/counters"].map(view));
    const status = $("status");
    const wrong = Object.entries(ready.parts).filter(([, answer]) => answer !== "ok");
    status.textContent = wrong.length ? wrong.map(([part, answer]) => `${part}: ${answer}`).join("; ") : "everything answers";
    status.className = wrong.length ? "bad" : "good";
    $("tree").replaceChildren(branch([tree]));
    drawActors(actors);
    drawDead(dead);
    drawNumbers(counters);
  } catch (error) {
    $("status").textContent = `no answer: ${error.message}`;
    $("status").className = "bad";
  }
}

await refresh();
setInterval(refresh, 2000);
