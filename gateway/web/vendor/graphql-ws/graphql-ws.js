// The modules of graphql-ws import the package `graphql`; this makes one of its build without it.
import "./graphql-ws.min.js";

export const { createClient, CloseCode } = globalThis.graphqlWs;
