// The quizzes of a course: how far one is with each, and the way in.

import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { QuizLines } from "../assessments/quizzes/quiz-lines.js";
import { COURSE_QUIZZES } from "./documents.js";

/** @param {{ courseId: string }} properties */
export function CourseQuizzes({ courseId }) {
  const { data } = useQuery(COURSE_QUIZZES, { courseId }, { offline: true });
  const quizzes = (data?.course?.modules ?? []).flatMap(({ lessons }) => lessons.flatMap((lesson) => lesson.quizzes));
  if (quizzes.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="course-quizzes">
      <h2 id="course-quizzes">${t("courses.quizzes")}</h2>
      <${QuizLines} quizzes=${quizzes} isStudent />
    </section>
  `;
}
