// A request to the GraphQL endpoint, as it goes over the wire.

/**
 * @param {{ query: string, variables: unknown }} operation
 * @param {{ token?: string | null, signal?: AbortSignal }} [options]
 */
export function post(operation, { token = null, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  return fetch("/graphql", { method: "POST", headers, credentials: "same-origin", body: JSON.stringify(operation), signal });
}
