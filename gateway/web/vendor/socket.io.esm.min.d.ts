export { Manager, Socket, io } from "npm:socket.io-client/build/esm/index.js";
