// Node `ws`: every text message that arrives is sent to all clients, encoded once.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: Number(process.argv[2]), perMessageDeflate: false, clientTracking: true });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const text = data.toString();
    for (const client of server.clients) client.send(text);
  });
});
server.on("listening", () => console.log("ready"));
