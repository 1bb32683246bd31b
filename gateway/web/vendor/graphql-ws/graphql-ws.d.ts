export { type Client, CloseCode, createClient } from "npm:graphql-ws/dist/client.js";
