/** @type {readonly import("../app/router.js").Route[]} */
export const routes = [
  { path: "/courses", page: () => import("./catalogue.js"), title: "nav.courses", words: ["courses"], for: "anyone", styles: ["courses/courses.css"] },
  { path: "/courses/new", page: () => import("./new-course.js"), title: "courses.new", words: ["courses", "users"], for: "teacher", styles: ["courses/courses.css"] },
  { path: "/courses/:id", page: () => import("./course-page.js"), title: "courses.course", words: ["courses", "quizzes"], for: "anyone", styles: ["courses/courses.css"] },
  { path: "/courses/:id/edit", page: () => import("./edit/page.js"), title: "courses.edit", words: ["courses", "users"], for: "teacher", styles: ["courses/courses.css"] },
  { path: "/courses/:id/edit/:tab", page: () => import("./edit/page.js"), title: "courses.edit", words: ["courses", "users"], for: "teacher", styles: ["courses/courses.css"] },
];
