// Pages through `courses` as Apollo's `relayStylePagination` merges them, four at a time, from either end:
//
//   node apollo_pages.mjs <url of the endpoint>
//
// Prints {"forward": [ids], "backward": [ids]} of what is in the cache at the end.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

const EDGES = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const FORWARD = gql(`query($after: String) { courses(first: 4, after: $after) { ${EDGES} } }`);
const BACKWARD = gql(`query($before: String) { courses(last: 4, before: $before) { ${EDGES} } }`);

async function merged(query, more, variables) {
  const cache = new InMemoryCache({
    typePolicies: { Query: { fields: { courses: relayStylePagination(["filter", "sort"]) } } },
  });
  const client = new ApolloClient({ link: new HttpLink({ uri: process.argv[2], fetch }), cache });
  const watched = client.watchQuery({ query });
  const seen = watched.subscribe(() => {});
  await client.query({ query });
  for (;;) {
    const { pageInfo } = client.readQuery({ query }).courses;
    if (!more(pageInfo)) break;
    await watched.fetchMore({ variables: variables(pageInfo) });
  }
  seen.unsubscribe();
  return client.readQuery({ query }).courses.edges.map((edge) => edge.node.id);
}

console.log(JSON.stringify({
  forward: await merged(FORWARD, (info) => info.hasNextPage, (info) => ({ after: info.endCursor })),
  backward: await merged(BACKWARD, (info) => info.hasPreviousPage, (info) => ({ before: info.startCursor })),
}));
process.exit(0);
