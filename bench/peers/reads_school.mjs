// What both peers of the bench of reads share: the part of Stoa's schema that its ten documents ask
// for, on Stoa's tables. A statement for each root, and one for each kind of relation in a batch.
import pg from "pg";

export const schema = `
  enum LessonType { VIDEO TEXT QUIZ ASSIGNMENT }
  enum Difficulty { BEGINNER INTERMEDIATE ADVANCED }
  enum EnrollmentStatus { ACTIVE COMPLETED DROPPED }
  enum ProgressStatus { NOT_STARTED IN_PROGRESS COMPLETED }
  enum CourseSort { NEWEST OLDEST TITLE POPULAR RATING PRICE }
  input CourseFilter { category: String difficulty: Difficulty title: String }
  input PaginationInput { first: Int after: String }
  type Money { amount: String! currency: String! }
  type UserProfile { fullName: String! timezone: String! language: String! }
  type User { id: ID! email: String profile: UserProfile! }
  type Lesson { id: ID! title: String! type: LessonType! durationMinutes: Int orderNumber: Int! isPreview: Boolean! }
  type CourseModule { id: ID! title: String! orderNumber: Int! lessons: [Lesson!]! }
  type CourseReview { rating: Int! comment: String createdAt: String! student: User! }
  type CourseReviewsConnection { nodes: [CourseReview!]! totalCount: Int! }
  type Course {
    id: ID! title: String! description: String! slug: String! category: String! price: Money!
    averageRating: Float totalReviews: Int! enrollmentCount: Int!
    instructor: User! modules: [CourseModule!]! reviews(first: Int): CourseReviewsConnection!
  }
  type CoursesConnection { nodes: [Course!]! totalCount: Int! }
  type LessonProgress { status: ProgressStatus! timeSpentSeconds: Int! lesson: Lesson! }
  type Enrollment {
    id: ID! status: EnrollmentStatus! progressPercentage: Float! enrolledAt: String!
    course: Course! student: User! lessons: [LessonProgress!]!
  }
  type EnrollmentsConnection { nodes: [Enrollment!]! totalCount: Int! }
  type Query {
    courses(filter: CourseFilter, sort: CourseSort, pagination: PaginationInput): CoursesConnection!
    courseBySlug(slug: String!): Course
    myCourses(pagination: PaginationInput): CoursesConnection!
    me: User!
    myEnrollments: [Enrollment!]!
    enrollment(id: ID!): Enrollment
    courseEnrollments(courseId: ID!, pagination: PaginationInput): EnrollmentsConnection!
  }`;

const [, , , database, poolSize] = process.argv;
const pool = new pg.Pool({ connectionString: database, max: Number(poolSize), idleTimeoutMillis: 0 });
pg.types.setTypeParser(1700, (text) => text); // numeric stays text, as pg has it by default
const ask = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const COURSE = `c.id, c.title, c.description, c.slug, c.category, c.price, c.currency, c.instructor_id,
  c.average_rating::float as "averageRating", c.total_reviews as "totalReviews",
  c.enrollment_count as "enrollmentCount"`;
const asCourse = (row) => ({ ...row, price: { amount: row.price, currency: row.currency } });
const SORTS = {
  NEWEST: "c.created_at desc, c.id desc",
  TITLE: "lower(c.title), c.id",
  POPULAR: "c.enrollment_count desc, c.id desc",
  RATING: "coalesce(c.average_rating, 0) desc, c.id desc",
};
const FILTER = `c.status = 'published' and ($1::text is null or c.category = $1)
  and ($2::text is null or c.difficulty = $2)
  and ($3::text is null or strpos(lower(c.title), lower($3)) > 0)`;
const ENROLLMENT = `e.id, upper(e.status) as status, e.progress_percentage::float as "progressPercentage",
  to_char(e.enrolled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "enrolledAt",
  e.course_id, e.student_id`;
const TEACHES = `exists (select 1 from courses tc where tc.id = $1 and tc.instructor_id = $2)`;

export const roots = {
  courses: async (_, { filter = {}, sort = "NEWEST", pagination }) => {
    const values = [filter?.category ?? null, filter?.difficulty?.toLowerCase() ?? null, filter?.title ?? null];
    const [rows, [{ count }]] = await Promise.all([
      ask(`courses ${sort}`, `select ${COURSE} from courses c where ${FILTER} order by ${SORTS[sort]} limit $4`, [...values, pagination?.first ?? 20]),
      ask("courses count", `select count(*)::int as count from courses c where ${FILTER}`, values),
    ]);
    return { nodes: rows.map(asCourse), totalCount: count };
  },
  courseBySlug: async (_, { slug }) =>
    (await ask("course", `select ${COURSE} from courses c where c.slug = $1 and c.status = 'published'`, [slug])).map(asCourse)[0],
  myCourses: async (_, { pagination }, { user }) => {
    const mine = `(c.instructor_id = $1 or c.id in (select ct.course_id from course_teachers ct where ct.user_id = $1))`;
    const [rows, [{ count }]] = await Promise.all([
      ask("my courses", `select ${COURSE} from courses c where ${mine} order by c.created_at desc, c.id desc limit $2`, [user, pagination?.first ?? 20]),
      ask("my courses count", `select count(*)::int as count from courses c where ${mine}`, [user]),
    ]);
    return { nodes: rows.map(asCourse), totalCount: count };
  },
  me: async (_, __, { user }) => (await batch.users([user]))[0],
  myEnrollments: (_, __, { user }) =>
    ask("my enrollments", `select ${ENROLLMENT} from enrollments e where e.student_id = $1 order by e.enrolled_at desc, e.id`, [user]),
  enrollment: async (_, { id }, { user }) =>
    (await ask("enrollment", `select ${ENROLLMENT} from enrollments e where e.id = $1 and e.student_id = $2`, [id, user]))[0],
  courseEnrollments: async (_, { courseId, pagination }, { user }) => {
    const [rows, [{ count }]] = await Promise.all([
      ask("course enrollments", `select ${ENROLLMENT} from enrollments e where e.course_id = $1 and ${TEACHES}
        order by e.enrolled_at desc, e.id desc limit $3`, [courseId, user, pagination?.first ?? 20]),
      ask("course enrollments count", `select count(*)::int as count from enrollments e where e.course_id = $1 and ${TEACHES}`, [courseId, user]),
    ]);
    return { nodes: rows, totalCount: count };
  },
};

const byId = (rows, ids, key = "id") => {
  const found = new Map(rows.map((row) => [row[key], row]));
  return ids.map((id) => found.get(id));
};
const grouped = (rows, key, ids) => {
  const found = new Map(ids.map((id) => [id, []]));
  for (const row of rows) found.get(row[key]).push(row);
  return ids.map((id) => found.get(id));
};
const LESSON = `l.id, l.module_id, l.title, upper(l.lesson_type) as type, l.duration_minutes as "durationMinutes",
  l.order_number as "orderNumber", l.is_preview as "isPreview"`;

/** Each takes ids and answers what belongs to each of them, in the same order. */
export const batch = {
  users: async (ids) => {
    const rows = await ask("users", `select u.id, u.email, p.full_name, p.timezone, p.language
      from users u join user_profiles p on p.user_id = u.id where u.id = any($1)`, [ids]);
    const users = rows.map((row) => ({ id: row.id, email: row.email, profile: { fullName: row.full_name, timezone: row.timezone, language: row.language } }));
    return byId(users, ids);
  },
  courses: async (ids) => byId((await ask("courses", `select ${COURSE} from courses c where c.id = any($1)`, [ids])).map(asCourse), ids),
  modules: async (ids) =>
    grouped(await ask("modules", `select id, course_id, title, order_number as "orderNumber" from course_modules
      where course_id = any($1) order by order_number`, [ids]), "course_id", ids),
  lessons: async (ids) =>
    grouped(await ask("lessons", `select ${LESSON} from lessons l where l.module_id = any($1) order by l.order_number`, [ids]), "module_id", ids),
  lesson: async (ids) => byId(await ask("lesson", `select ${LESSON} from lessons l where l.id = any($1)`, [ids]), ids),
  progress: async (ids) =>
    grouped(await ask("progress", `select p.enrollment_id, p.lesson_id, upper(p.status) as status,
      p.time_spent_seconds as "timeSpentSeconds" from lesson_progress p join lessons l on l.id = p.lesson_id
      join course_modules m on m.id = l.module_id where p.enrollment_id = any($1)
      order by m.order_number, l.order_number`, [ids]), "enrollment_id", ids),
  reviews: async (ids, first) => {
    const [rows, counts] = await Promise.all([
      ask("reviews", `select r.* from unnest($1::uuid[]) k(id) cross join lateral (
        select course_id, student_id, rating, comment,
          to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
        from course_reviews where course_id = k.id order by created_at desc, id desc limit $2) r`, [ids, first]),
      ask("reviews count", `select course_id, count(*)::int as count from course_reviews where course_id = any($1) group by course_id`, [ids]),
    ]);
    const nodes = grouped(rows, "course_id", ids);
    const count = new Map(counts.map((row) => [row.course_id, row.count]));
    return ids.map((id, index) => ({ nodes: nodes[index], totalCount: count.get(id) ?? 0 }));
  },
};
