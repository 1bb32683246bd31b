// Fastify with Mercurius (JIT) and pg on the tables of Stoa: a tiny query and a course with its
// modules, lessons and instructor, relations loaded in batches by loaders.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const [port, database, poolSize] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: database, max: Number(poolSize), idleTimeoutMillis: 0 });
const schema = `
  enum LessonType { VIDEO TEXT QUIZ ASSIGNMENT }
  type UserProfile { fullName: String! }
  type User { id: ID! profile: UserProfile! }
  type Lesson { id: ID! title: String! type: LessonType! durationMinutes: Int orderNumber: Int! }
  type CourseModule { id: ID! title: String! orderNumber: Int! lessons: [Lesson!]! }
  type Course { id: ID! title: String! description: String! slug: String! instructor: User! modules: [CourseModule!]! }
  type Query { course(id: ID!): Course }`;
const statements = {
  course: "select id, title, description, slug, instructor_id from courses where id = $1 and status = 'published'",
  users: `select user_id as id, full_name as "fullName" from user_profiles where user_id = any($1)`,
  modules: `select id, course_id, title, order_number as "orderNumber" from course_modules
    where course_id = any($1) order by order_number`,
  lessons: `select id, module_id, title, upper(lesson_type) as type, duration_minutes as "durationMinutes",
    order_number as "orderNumber" from lessons where module_id = any($1) order by order_number`,
};
const read = async (name, value) => (await pool.query({ name, text: statements[name], values: [value] })).rows;
const grouped = (rows, key, queries) => {
  const by = new Map();
  for (const row of rows) {
    const list = by.get(row[key]);
    if (list) list.push(row);
    else by.set(row[key], [row]);
  }
  return queries.map(({ obj }) => by.get(obj.id) ?? []);
};
const resolvers = { Query: { course: async (_, { id }) => (await read("course", id))[0] } };
const loaders = {
  Course: {
    instructor: async (queries) => {
      const rows = await read("users", queries.map(({ obj }) => obj.instructor_id));
      const by = new Map(rows.map(({ id, fullName }) => [id, { id, profile: { fullName } }]));
      return queries.map(({ obj }) => by.get(obj.instructor_id));
    },
    modules: async (queries) => grouped(await read("modules", queries.map(({ obj }) => obj.id)), "course_id", queries),
  },
  CourseModule: {
    lessons: async (queries) => grouped(await read("lessons", queries.map(({ obj }) => obj.id)), "module_id", queries),
  },
};
const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1, cache: true });
await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");
