// Sends texts over a compressing WebSocket of the npm package `ws` and prints what comes back.
import WebSocket from "ws";

const texts = ["", "short", "Grüße ".repeat(10_000), "again ".repeat(10_000)];
const socket = new WebSocket(process.argv[2], { perMessageDeflate: { threshold: 0 } });
const echoed = [];
socket.on("open", () => texts.forEach((text) => socket.send(text)));
socket.on("message", (data) => {
  echoed.push(data.toString());
  if (echoed.length === texts.length) socket.close(1000);
});
socket.on("error", (error) => { console.error(error); process.exit(1); });
socket.on("close", () => console.log(JSON.stringify({ extensions: socket.extensions, echoed })));
