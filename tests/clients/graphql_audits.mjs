// The audits of graphql-http, one line of JSON for each: node graphql_audits.mjs <url of the endpoint>

import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2], fetchFn: fetch });
for (const { id, name, status, reason } of results) {
  console.log(JSON.stringify({ id, name, status, reason }));
}
