// Fastify with Mercurius (JIT): relations loaded in batches by its loaders.
import Fastify from "fastify";
import mercurius from "mercurius";
import { batch, roots, schema } from "./reads_school.mjs";

const of = (load, key) => (queries) => load(queries.map(({ obj }) => obj[key]));
/** The same with every id once, for relations that many share. */
const once = (load, key) => async (queries) => {
  const ids = [...new Set(queries.map(({ obj }) => obj[key]))];
  const found = await load(ids);
  const by = new Map(ids.map((id, index) => [id, found[index]]));
  return queries.map(({ obj }) => by.get(obj[key]));
};
const loaders = {
  Course: {
    instructor: once(batch.users, "instructor_id"),
    modules: of(batch.modules, "id"),
    reviews: (queries) => batch.reviews(queries.map(({ obj }) => obj.id), queries[0].params.first ?? 20),
  },
  CourseModule: { lessons: of(batch.lessons, "id") },
  CourseReview: { student: once(batch.users, "student_id") },
  Enrollment: {
    course: once(batch.courses, "course_id"),
    student: once(batch.users, "student_id"),
    lessons: of(batch.progress, "id"),
  },
  LessonProgress: { lesson: once(batch.lesson, "lesson_id") },
};
const app = Fastify();
const context = (request) => ({ user: request.headers["x-user"] });
app.register(mercurius, { schema, resolvers: { Query: roots }, loaders, context, jit: 1, cache: true });
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("ready");
