// The official JavaScript client, driven line by line: commands as JSON on standard input,
// what happens as JSON on standard output. Bytes travel as {"$bytes": "<base64>"}.
//
//   {"do": "open", "url", "options", "namespace"?}   then {"on": "connect"| "connect_error"| ...}
//   {"do": "emit", "args", "ack"?}                   with ack: {"on": "ack", "args"}
//   {"do": "answer", "name", "args"}                 acknowledge every event `name` with `args`
//   {"do": "drop"}                                   cut the transport, as a lost network does
//   {"do": "connect"}                                come back, where `reconnection` is off
//   {"do": "disconnect"}
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

let socket;

function encode(value) {
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    return { $bytes: Buffer.from(value).toString("base64") };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, encode(v)]));
  }
  return value === undefined ? null : value;
}

function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value && typeof value === "object") {
    if (typeof value.$bytes === "string") return Buffer.from(value.$bytes, "base64");
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decode(v)]));
  }
  return value;
}

function tell(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

const commands = {
  open({ url, options, namespace = "/" }) {
    socket = io(url + namespace, { reconnectionDelay: 10, reconnectionDelayMax: 20, ...options });
    socket.on("connect", () => {
      const { recovered, id } = socket;
      tell({ on: "connect", id, recovered, transport: socket.io.engine.transport.name });
    });
    socket.io.on("open", () => {
      socket.io.engine.once("upgrade", (transport) => {
        tell({ on: "upgrade", transport: transport.name });
      });
    });
    socket.on("connect_error", (error) => {
      tell({ on: "connect_error", message: error.message, data: encode(error.data) });
    });
    socket.on("disconnect", (reason) => tell({ on: "disconnect", reason }));
    socket.onAny((name, ...args) => {
      tell({ on: "event", name, args: encode(args.filter((a) => typeof a !== "function")) });
    });
  },
  emit({ args, ack }) {
    const extra = ack ? [(...answer) => tell({ on: "ack", args: encode(answer) })] : [];
    socket.emit(...decode(args), ...extra);
  },
  answer({ name, args }) {
    socket.on(name, (...received) => {
      const acknowledge = received.at(-1);
      if (typeof acknowledge === "function") acknowledge(...decode(args));
    });
  },
  drop() {
    socket.io.engine.close();
  },
  connect() {
    socket.connect();
  },
  disconnect() {
    socket.disconnect();
  },
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit(0));
