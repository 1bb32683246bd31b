// Apollo Server with a dataloader for each kind of relation, new ones for each request.
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { batch, roots, schema } from "./reads_school.mjs";

const resolvers = {
  Query: roots,
  Course: {
    instructor: (course, _, { load }) => load.users.load(course.instructor_id),
    modules: (course, _, { load }) => load.modules.load(course.id),
    reviews: (course, { first }, { load }) => load.reviews(first ?? 20).load(course.id),
  },
  CourseModule: { lessons: (module, _, { load }) => load.lessons.load(module.id) },
  CourseReview: { student: (review, _, { load }) => load.users.load(review.student_id) },
  Enrollment: {
    course: (enrollment, _, { load }) => load.courses.load(enrollment.course_id),
    student: (enrollment, _, { load }) => load.users.load(enrollment.student_id),
    lessons: (enrollment, _, { load }) => load.progress.load(enrollment.id),
  },
  LessonProgress: { lesson: (progress, _, { load }) => load.lesson.load(progress.lesson_id) },
};
const loader = (load) => new DataLoader(load);
const context = async ({ req }) => {
  const bySize = new Map();
  const load = {
    users: loader(batch.users),
    courses: loader(batch.courses),
    modules: loader(batch.modules),
    lessons: loader(batch.lessons),
    lesson: loader(batch.lesson),
    progress: loader(batch.progress),
    reviews: (first) => {
      if (!bySize.has(first)) bySize.set(first, loader((ids) => batch.reviews(ids, first)));
      return bySize.get(first);
    },
  };
  return { user: req.headers["x-user"], load };
};
const server = new ApolloServer({ typeDefs: schema, resolvers, introspection: false });
await startStandaloneServer(server, { context, listen: { port: Number(process.argv[2]), host: "127.0.0.1" } });
console.log("ready");
