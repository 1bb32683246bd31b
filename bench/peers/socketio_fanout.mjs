// Node Socket.IO: join a room with an acknowledgement; a signal goes to everybody in it.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { perMessageDeflate: false, transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.on("room.join", (payload, ack) => { socket.join(payload.courseId); ack({ ok: true }); });
  socket.on("room.signal", (payload, ack) => {
    io.to(payload.courseId).emit("room.signal", { courseId: payload.courseId, userId: socket.id, data: payload.data });
    if (ack) ack({ ok: true });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
