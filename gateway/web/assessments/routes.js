/** @type {readonly import("../app/router.js").Route[]} */
export const routes = [
  { path: "/", page: () => import("./live/player-page.js"), title: "live.join", words: ["live", "users"], for: "anyone", styles: ["assessments/live/live.css"], bare: true },
  { path: "/play", page: () => import("./live/player-page.js"), title: "live.join", words: ["live", "users"], for: "anyone", styles: ["assessments/live/live.css"], bare: true },
  { path: "/join", page: () => import("./live/player-page.js"), title: "live.join", words: ["live", "users"], for: "anyone", styles: ["assessments/live/live.css"], bare: true },
  { path: "/host", page: () => import("./live/host-page.js"), title: "live.host", words: ["live"], for: "teacher", styles: ["assessments/live/live.css"], bare: true },
  { path: "/quizzes/:id/edit", page: () => import("./editor/page.js"), title: "nav.quiz", words: ["live", "quiz", "rubric", "scoring"], for: "teacher", styles: ["assessments/editor/editor.css", "assessments/rubrics/rubric.css"] },
  { path: "/quizzes/:id/start", page: () => import("./start/page.js"), title: "nav.start_game", words: ["live", "quiz"], for: "teacher", styles: ["assessments/live/live.css", "assessments/editor/editor.css", "assessments/start/start.css"] },
  { path: "/quizzes/:id/take", page: () => import("./attempt/page.js"), title: "attempts.take", words: ["attempts", "live", "quizzes", "rubric", "scoring"], for: "user", styles: ["assessments/live/live.css", "assessments/attempt/attempt.css", "assessments/rubrics/rubric.css"] },
  { path: "/quizzes/:id/watch", page: () => import("./watch/page.js"), title: "watch.title", words: ["access", "attempts", "live", "quizzes", "watch"], for: "teacher", styles: ["assessments/results/results.css", "assessments/watch/watch.css"] },
  { path: "/quizzes/:id/access", page: () => import("./access/page.js"), title: "access.title", words: ["access"], for: "teacher", styles: ["assessments/results/results.css"] },
  { path: "/quizzes/:id/grading", page: () => import("./grading/page.js"), title: "grading.title", words: ["grading", "live", "quizzes", "results", "rubric"], for: "teacher", styles: ["assessments/results/results.css", "assessments/grading/grading.css", "assessments/rubrics/rubric.css"] },
  { path: "/attempts/:id/log", page: () => import("./log/page.js"), title: "log.title", words: ["log", "quizzes"], for: "teacher", styles: ["assessments/results/results.css", "assessments/log/log.css"] },
  { path: "/attempts/:id", page: () => import("./attempt/result.js"), title: "attempts.result", words: ["attempts", "grading", "live", "quizzes", "results", "rubric", "scoring"], for: "user", styles: ["assessments/results/results.css", "assessments/grading/grading.css", "assessments/rubrics/rubric.css"] },
  { path: "/games", page: () => import("./results/games.js"), title: "nav.games", words: ["results"], for: "user", styles: ["assessments/results/results.css"] },
  { path: "/games/:id", page: () => import("./results/game.js"), title: "results.title", words: ["live", "results"], for: "user", styles: ["assessments/results/results.css"] },
  { path: "/games/:id/practice", page: () => import("./practice/page.js"), title: "practice.title", words: ["live", "practice", "results"], for: "user", styles: ["assessments/live/live.css", "assessments/practice/practice.css"] },
  { path: "/my-results/:id", page: () => import("./results/my-results.js"), title: "results.my_result", words: ["live", "results"], for: "user", styles: ["assessments/results/results.css"] },
];
