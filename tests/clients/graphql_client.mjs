// The public GraphQL clients, driven line by line: commands as JSON on standard input, what happens
// as JSON on standard output.
//
//   {"do": "open", "client": "graphql-ws" | "apollo" | "graphql-sse", "url", "token"?}
//   {"do": "subscribe", "id", "query", "variables"?}   then {"on": "next" | "error" | "complete"}
//   {"do": "complete", "id"}
//   {"do": "close"}
import { createInterface } from "node:readline";
import WebSocket from "ws";
import { createClient } from "graphql-ws";
import { createClient as createStreamClient } from "graphql-sse";
import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";

let client;
let subscribe;
const ends = new Map();

function tell(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

function sink(id) {
  return {
    next: (result) => tell({ on: "next", id, result }),
    error: (error) => tell({ on: "error", id, error: Array.isArray(error) ? error : String(error) }),
    complete: () => tell({ on: "complete", id }),
  };
}

function overWebSocket(url, token) {
  return createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: token ? { token } : {},
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
    on: {
      connected: (_socket, payload) => tell({ on: "connected", payload: payload ?? null }),
      closed: (event) => tell({ on: "closed", code: event.code, reason: event.reason }),
    },
  });
}

const clients = {
  "graphql-ws"(url, token) {
    client = overWebSocket(url, token);
    subscribe = (payload, to) => client.subscribe(payload, to);
  },
  apollo(url, token) {
    client = overWebSocket(url, token);
    const apollo = new ApolloClient({ link: new GraphQLWsLink(client), cache: new InMemoryCache() });
    subscribe = ({ query, variables }, to) => {
      const found = apollo.subscribe({ query: gql(query), variables }).subscribe(to);
      return () => found.unsubscribe();
    };
  },
  "graphql-sse"(url, token) {
    client = createStreamClient({
      url,
      retryAttempts: 0,
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    subscribe = (payload, to) => client.subscribe(payload, to);
    tell({ on: "connected", payload: null });
  },
};

const commands = {
  open: ({ client: name, url, token }) => clients[name](url, token),
  subscribe({ id, query, variables }) {
    ends.set(id, subscribe({ query, variables }, sink(id)));
  },
  complete: ({ id }) => ends.get(id)(),
  close: () => client.dispose(),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { do: what, ...parameters } = JSON.parse(line);
  commands[what](parameters);
});
