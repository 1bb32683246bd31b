// Fastify with pg: an exam whose every answer is written in a transaction of its own, prepared
// statements, accounts by JWT as Stoa's.
import { createHmac, timingSafeEqual, randomUUID } from "node:crypto";
import Fastify from "fastify";
import pg from "pg";

const [port, database, poolSize, secret, questionCount] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: database, max: Number(poolSize), idleTimeoutMillis: 0 });
const questions = Array.from({ length: Number(questionCount) }, () => ({ id: randomUUID(), text: "Is it?" }));
const statements = {
  begin: `insert into peer_attempts (id, student_id, started_at, deadline_at)
    values ($1, $2, now(), now() + interval '10 minutes') returning id`,
  open: `select student_id, deadline_at > now() and ended_at is null as open from peer_attempts where id = $1 for update`,
  save: `insert into peer_answers (attempt_id, question_id, answer, answer_id, saved_at) values ($1, $2, $3, $4, now())
    on conflict (attempt_id, question_id) do update
    set answer = excluded.answer, answer_id = excluded.answer_id, saved_at = excluded.saved_at`,
  submit: "update peer_attempts set ended_at = now() where id = $1 and student_id = $2 returning id",
};
const run = (client, name, values) => client.query({ name, text: statements[name], values });

const account = (request) => {
  const [head, body, signature] = request.headers.authorization.slice(7).split(".");
  const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error("not signed");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  if (claims.exp < Date.now() / 1000) throw new Error("expired");
  return claims.sub;
};

const app = Fastify();
app.post("/begin", async (request) => {
  const { rows } = await run(pool, "begin", [randomUUID(), account(request)]);
  return rows[0];
});
app.post("/take", async (request) => {
  account(request);
  return { questions };
});
app.post("/save", async (request, reply) => {
  const student = account(request);
  const { submission, question, answer, id } = request.body;
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await run(client, "open", [submission]);
    if (rows[0]?.student_id !== student || !rows[0].open) {
      await client.query("rollback");
      return reply.code(403).send({});
    }
    await run(client, "save", [submission, question, JSON.stringify(answer), id]);
    await client.query("commit");
  } finally {
    client.release();
  }
  return { saved: true };
});
app.post("/submit", async (request) => {
  const { rows } = await run(pool, "submit", [request.body.submission, account(request)]);
  return { status: rows.length ? "SUBMITTED" : null };
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");
