// Subscriptions over one WebSocket for the whole page: opened with the first, closed after the last,
// opened again whenever it is lost. Nothing is kept on the server meanwhile, so whoever subscribes is
// told when it is back, and reads anew.

import { useEffect, useRef } from "preact/hooks";
import { fresh, onToken, session } from "./session.js";
import { useStore } from "./store.js";

const LINGER_MS = 5_000; // so that going to another page opens no other socket
const WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const FINAL = new Set(["AUTHORIZATION_ERROR", "NOT_FOUND", "VALIDATION_ERROR", "DOCUMENT_NOT_TRUSTED"]);

/** @typedef {import("../vendor/graphql-ws/graphql-ws.js").Client} Client */

/** @type {Promise<Client> | null} */
let client = null;
/** @type {WebSocket | null} */
let socket = null;
/** @type {Set<() => void>} */
const returning = new Set();

/**
 * Hear of what happens, for as long as the component is there and somebody is signed in.
 * @template Result, Variables
 * @param {import("./graphql.js").Document<Result, Variables> | null} document Null hears of nothing.
 * @param {Variables} variables
 * @param {(data: Result) => void} onData
 * @param {() => void} [onReturn] The connection was lost and is back: something may have been missed.
 */
export function useSubscription(document, variables, onData, onReturn) {
  const user = useStore(session, (value) => value.user?.id ?? null);
  const latest = useRef({ onData, onReturn });
  latest.current = { onData, onReturn };
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (document === null || user === null) return undefined;
    return subscribe(document, JSON.parse(key), (data) => latest.current.onData(data), () => latest.current.onReturn?.());
  }, [document, key, user]);
}

/**
 * @template Result
 * @param {import("./graphql.js").Document<Result, any>} document
 * @param {Record<string, unknown>} variables
 * @param {(data: Result) => void} onData
 * @param {() => void} onReturn
 * @returns {() => void} How to stop it.
 */
export function subscribe(document, variables, onData, onReturn = () => {}) {
  let stop = () => {};
  let over = false;
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const again = () => {
    if (!over) timer = setTimeout(begin, waitOf(failures));
    failures += 1;
  };
  const begin = async () => {
    const open = await (client ??= connect()).catch(() => null);
    if (over) return;
    if (open === null) {
      client = null; // its script was not to be had
      again();
      return;
    }
    if (failures > 0) onReturn();
    stop = open.subscribe(
      { query: document, variables },
      {
        next: ({ data }) => data && onData(/** @type {Result} */ (data)),
        error: (error) => FINAL.has(codeOf(error)) || again(), // such as a token that has run out in a sleeping tab
        complete: () => {},
      },
    );
  };
  begin();
  returning.add(onReturn);
  return () => {
    over = true;
    clearTimeout(timer);
    returning.delete(onReturn);
    stop();
  };
}

/** @returns {Promise<Client>} */
async function connect() {
  const { createClient } = await import("../vendor/graphql-ws/graphql-ws.js");
  return createClient({
    url: new URL("/graphql", location.href).href.replace(/^http/, "ws"),
    lazyCloseTimeout: LINGER_MS,
    connectionParams: async () => ({ token: await fresh() }),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((done) => setTimeout(done, waitOf(retries))),
    on: {
      connected: (opened, _, wasRetry) => {
        socket = /** @type {WebSocket} */ (opened);
        if (wasRetry) for (const tell of [...returning]) tell();
      },
      closed: () => {
        socket = null;
      },
    },
  });
}

/** Growing with each failure, and never the same for all who lost the server at once. @param {number} failures */
function waitOf(failures) {
  return Math.min(WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.5 + Math.random());
}

/** @param {unknown} error */
function codeOf(error) {
  return Array.isArray(error) ? String(error[0]?.extensions?.code ?? "") : "";
}

// The server takes a newer token in a ping, and ends the subscriptions of one that has run out.
onToken((token) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping", payload: { token } }));
});

// A connection belongs to whoever opened it.
let shownFor = session.get().user?.id ?? null;
session.subscribe(({ user }) => {
  if ((user?.id ?? null) === shownFor) return;
  shownFor = user?.id ?? null;
  client?.then((open) => open.dispose());
  client = socket = null;
});
