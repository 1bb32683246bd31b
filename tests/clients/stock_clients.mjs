// Many official JavaScript clients with stock options, as browsers have them, in one room.
//
//   node stock_clients.mjs <url> <course id>      tokens on standard input, one a line
//
// Prints "joined" when all are in the room by WebSocket. Then each comes back by itself after its
// connection is lost and joins anew; when all have been back, prints the moments of their
// acknowledgements as JSON, in milliseconds since the epoch.
import { readFileSync } from "node:fs";
import { io } from "socket.io-client";

const [url, courseId] = process.argv.slice(2);
const tokens = readFileSync(0, "utf8").split("\n").filter(Boolean);
const back = [];
let joined = 0;

function join(socket, then) {
  socket.emit("room.join", { courseId }, (reply) => {
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    then();
  });
}

function upgraded(socket) {
  const engine = socket.io.engine;
  if (engine.transport.name === "websocket") return Promise.resolve();
  return new Promise((done) => engine.once("upgrade", done));
}

for (const token of tokens) {
  const socket = io(url, { forceNew: true, auth: { token } });
  let lost = false;
  socket.on("disconnect", () => { lost = true; });
  socket.on("connect", async () => {
    if (lost) {
      join(socket, () => {
        if (back.push(Date.now()) === tokens.length) {
          console.log(JSON.stringify(back));
          process.exit(0);
        }
      });
      return;
    }
    await upgraded(socket);
    join(socket, () => { if (++joined === tokens.length) console.log("joined"); });
  });
}
