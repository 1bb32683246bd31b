// Node Socket.IO: answers `time.sync` with an acknowledgement, as Stoa does.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { perMessageDeflate: false, transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.on("time.sync", (payload, ack) => ack({ ok: true, t0: payload.t0, serverTime: Date.now() }));
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
