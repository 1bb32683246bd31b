// Fastify with Mercurius (JIT) and pg on the tables of Stoa: a tiny query and a course with its
// modules, lessons and instructor, relations loaded in batches by loaders.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[3] === "-" ? undefined : process.argv[3], max: 8 });
const schema = `
  type User { id: ID! fullName: String! }
  type Lesson { id: ID! title: String! lessonType: String! durationMinutes: Int orderNumber: Int! }
  type CourseModule { id: ID! title: String! orderNumber: Int! lessons: [Lesson!]! }
  type Course { id: ID! title: String! description: String! slug: String! instructor: User! modules: [CourseModule!]! }
  type Query { course(id: ID!): Course ping: String! }`;
const grouped = (rows, key, queries) => {
  const by = new Map();
  for (const row of rows) { const list = by.get(row[key]); if (list) list.push(row); else by.set(row[key], [row]); }
  return queries.map(({ obj }) => by.get(obj.id) ?? []);
};
const resolvers = { Query: {
  ping: () => "pong",
  course: async (_, { id }) => (await pool.query({ name: "course", text: 'select id, title, description, slug, instructor_id from courses where id = $1', values: [id] })).rows[0],
} };
const loaders = {
  Course: {
    instructor: async (queries) => {
      const { rows } = await pool.query({ name: "users", text: 'select user_id as id, full_name as "fullName" from user_profiles where user_id = any($1)', values: [queries.map((q) => q.obj.instructor_id)] });
      const by = new Map(rows.map((row) => [row.id, row]));
      return queries.map((q) => by.get(q.obj.instructor_id));
    },
    modules: async (queries) => grouped((await pool.query({ name: "modules", text: 'select id, course_id, title, order_number as "orderNumber" from course_modules where course_id = any($1) order by order_number', values: [queries.map((q) => q.obj.id)] })).rows, "course_id", queries),
  },
  CourseModule: {
    lessons: async (queries) => grouped((await pool.query({ name: "lessons", text: 'select id, module_id, title, lesson_type as "lessonType", duration_minutes as "durationMinutes", order_number as "orderNumber" from lessons where module_id = any($1) order by order_number', values: [queries.map((q) => q.obj.id)] })).rows, "module_id", queries),
  },
};
const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1, cache: true });
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("ready");
