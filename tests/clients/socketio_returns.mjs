// Players with the official JavaScript client and its own backoff, through a crash of the server.
//
// The first line of standard input is {url, players: [{token, liveQuizId, nickname}], spareMs}. Says
// {"on": "joined"} when everybody is in, {"on": "asked"} when everybody has the question, and then,
// for each player who comes back, {"on": "answer", ...}: the answer is given `spareMs` before the
// end of the player's own time.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const counts = { joined: 0, asked: 0 };
let expected = 0;

function count(what) {
  counts[what] += 1;
  if (counts[what] === expected) tell({ on: what });
}

function play(url, { token, liveQuizId, nickname }, spareMs) {
  const socket = io(url, { transports: ["websocket"], forceNew: true, auth: { token } });
  let [resumeToken, closesAt, timer, cutAt] = [null, 0, null, null];

  function entered(view) {
    if (cutAt === null) return count("joined");
    const question = view.question ?? null;
    if (view.phase !== "open" || question === null) return tell({ on: "answer", code: "TOO_LATE", away: Date.now() - cutAt });
    time(question);
  }

  function time(question) {
    closesAt = question.closesAt;
    clearTimeout(timer);
    if (cutAt !== null) timer = setTimeout(answer, closesAt - spareMs - Date.now(), Date.now() - cutAt);
  }

  function answer(away) {
    const givenAt = Date.now();
    socket.timeout(20000).emit("live.answer", { liveQuizId, index: 0, answerId: "a", answer: true }, (error, reply) => {
      const code = error ? "NO_ANSWER" : reply.ok ? "ok" : reply.code;
      tell({ on: "answer", code, away, givenAt, closesAt });
      socket.disconnect();
    });
  }

  async function join() {
    const payload = resumeToken === null ? { liveQuizId, nickname } : { resumeToken };
    const reply = await socket.emitWithAck("live.join", payload);
    if (!reply.ok) return reply.details?.retryable ? setTimeout(join, 200) : tell({ on: "answer", code: reply.code });
    resumeToken = reply.resumeToken;
    entered(reply.view);
  }

  socket.on("connect", () => socket.recovered || join());
  socket.on("live.view", ({ view }) => entered(view));
  socket.on("live.question", (question) => {
    closesAt = question.closesAt;
    count("asked");
  });
  socket.on("live.time", time);
  socket.on("disconnect", (reason) => {
    clearTimeout(timer);
    if (reason !== "io client disconnect") cutAt ??= Date.now();
  });
}

createInterface({ input: process.stdin }).once("line", (line) => {
  const { url, players, spareMs } = JSON.parse(line);
  expected = players.length;
  for (const player of players) play(url, player, spareMs);
});
