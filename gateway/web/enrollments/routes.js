/** @type {readonly import("../app/router.js").Route[]} */
export const routes = [
  { path: "/learning", page: () => import("./learning.js"), title: "nav.learning", words: ["enrollments", "quizzes"], for: "user" },
  { path: "/courses/:id/lessons/:lesson", page: () => import("./lesson/page.js"), title: "enrollments.lesson", words: ["enrollments", "quizzes"], for: "anyone", styles: ["enrollments/enrollments.css"] },
  { path: "/join-course", page: () => import("./join-course.js"), title: "enrollments.join_course", words: ["enrollments", "users"], for: "anyone" },
  { path: "/join-course/:token", page: () => import("./join-course.js"), title: "enrollments.join_course", words: ["enrollments", "users"], for: "anyone" },
];
