// Verifies a signed badge with libraries that have nothing to do with the server: `jose` its
// signature, `@learncard/types` its shape. Token, published keys and issuer come in as JSON.
import { ProfileValidator, UnsignedAchievementCredentialValidator } from "@learncard/types";
import { createLocalJWKSet, jwtVerify } from "jose";

let given = "";
for await (const piece of process.stdin) given += piece;
const { token, keys, profile } = JSON.parse(given);
const expected = { issuer: profile.id, algorithms: ["EdDSA"], typ: "JWT", requiredClaims: ["jti", "sub", "nbf"] };
try {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), expected);
  UnsignedAchievementCredentialValidator.parse(payload);
  ProfileValidator.parse(profile);
  console.log(JSON.stringify({ payload, protectedHeader }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
}
