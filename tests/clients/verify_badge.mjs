// Verifies a signed badge with `jose`: token, published keys and issuer come in as JSON.
import { createLocalJWKSet, jwtVerify } from "jose";

let given = "";
for await (const piece of process.stdin) given += piece;
const { token, keys, issuer } = JSON.parse(given);
try {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), { issuer, algorithms: ["EdDSA"] });
  console.log(JSON.stringify({ payload, protectedHeader }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name }));
}
