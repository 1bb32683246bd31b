// The types of the pages' GraphQL documents: for each `documents.js` a `documents.d.ts` beside it,
// which TypeScript reads in its place. Types are named after the constants, so operations need no
// names. `--check` writes nothing, and fails where a declaration is not current.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { GraphQLError, Kind, buildASTSchema, parse, print, validate } from "graphql";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["gateway/web", "tests/web/example"].map((name) => path.join(ROOT, name));
const SCHEMA = path.join(ROOT, "gateway/schema.graphql");
const TYPES = path.join(ROOT, "gateway/web/app/graphql.js");
const SOURCE = "documents.js";
const DECLARATION = "documents.d.ts";
const SCALARS = {
  ID: "string",
  DateTime: "string",
  Decimal: "string",
  IdempotencyKey: "string",
  JSON: "unknown",
};
const CONFIG = { scalars: SCALARS, strictScalars: true, disableDescriptions: true };
const KINDS = { query: "Query", mutation: "Mutation", subscription: "Subscription" };

/** A fault of one document, said with where it stands. */
class Fault extends Error {}

const pascal = (constant) =>
  constant.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());

const named = (node, value) => ({ ...node, name: { kind: Kind.NAME, value } });

/** One document: its operation, named after the constant, and its fragments. */
function read(schema, place, constant, text) {
  const fail = (why) => { throw new Fault(`${place}: ${constant}: ${why}`); };
  try {
    const parsed = parse(text);
    const [error] = validate(schema, parsed);
    if (error) fail(error.message);
    const found = parsed.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (found.length !== 1) fail("holds not one operation");
    const fragments = parsed.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    return { constant, operation: named(found[0], pascal(constant)), fragments };
  } catch (error) {
    if (error instanceof GraphQLError) fail(error.message);
    throw error;
  }
}

/** The fragments of all documents of a file, each once. Two of one name must be the same. */
function merged(place, documents) {
  const fragments = new Map();
  for (const fragment of documents.flatMap((document) => document.fragments)) {
    const name = fragment.name.value;
    const known = fragments.get(name);
    if (known && print(known) !== print(fragment)) {
      throw new Fault(`${place}: two different fragments are called ${name}`);
    }
    fragments.set(name, fragment);
  }
  return [...fragments.values()];
}

const imported = (file) => {
  const relative = path.relative(path.dirname(file), TYPES);
  return relative.startsWith(".") ? relative : `./${relative}`;
};

function declared({ constant, operation }) {
  const type = pascal(constant) + KINDS[operation.operation];
  return `export const ${constant}: Document<${type}, ${type}Variables>;`;
}

async function declaration(schema, file) {
  const place = path.relative(ROOT, file);
  const module = await readFile(file, "utf8");
  const constants = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  const documents = Object.entries(constants).map(([constant, text]) =>
    read(schema.built, place, constant, text),
  );
  const definitions = [
    ...documents.map(({ operation }) => operation),
    ...merged(place, documents),
  ];
  const types = await codegen({
    filename: DECLARATION,
    schema: schema.parsed,
    documents: [{ location: place, document: { kind: Kind.DOCUMENT, definitions } }],
    plugins: [{ operations: {} }],
    pluginMap: { operations },
    config: CONFIG,
  });
  return [
    "// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.",
    `import type { Document } from "${imported(file)}";\n`,
    types.trim().replace(/\n{3,}/g, "\n\n") + "\n",
    documents.map(declared).join("\n") + "\n",
  ].join("\n");
}

/** What each declaration below a folder should hold; null for one whose documents are gone. */
async function declarations(folder) {
  const parsed = parse(await readFile(SCHEMA, "utf8"));
  const schema = { parsed, built: buildASTSchema(parsed) };
  const names = await readdir(folder, { recursive: true });
  const files = names.sort().map((name) => path.join(folder, name));
  const called = (name) => files.filter((file) => path.basename(file) === name);
  const wanted = new Map(called(DECLARATION).map((file) => [file, null]));
  for (const file of called(SOURCE)) {
    wanted.set(path.join(path.dirname(file), DECLARATION), await declaration(schema, file));
  }
  return wanted;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { check: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const folders = positionals.length > 0 ? positionals.map((name) => path.resolve(name)) : FOLDERS;
  const wanted = (await Promise.all(folders.map(declarations))).flatMap((found) => [...found]);
  let stale = 0;
  for (const [file, text] of wanted) {
    if ((await readFile(file, "utf8").catch(() => null)) === text) continue;
    stale += 1;
    console.log(`${path.relative(ROOT, file)} ${values.check ? "is not current" : "is made anew"}`);
    if (!values.check) await (text === null ? rm(file) : writeFile(file, text));
  }
  return values.check && stale > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
