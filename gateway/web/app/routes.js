// Every page of the application, by the domain that brings it.

import { routes as assessments } from "../assessments/routes.js";
import { routes as certificates } from "../certificates/routes.js";
import { routes as courses } from "../courses/routes.js";
import { routes as enrollments } from "../enrollments/routes.js";
import { routes as users } from "../users/routes.js";

/** @type {readonly import("./router.js").Route[]} */
export const routes = [
  { path: "/home", page: () => import("./home.js"), title: "nav.home", words: ["courses", "enrollments", "quizzes"], for: "user" },
  ...users,
  ...courses,
  ...enrollments,
  ...assessments,
  ...certificates,
];
