/** @type {readonly import("../app/router.js").Route[]} */
export const routes = [
  { path: "/sign-in", page: () => import("./sign-in.js"), title: "users.sign_in", words: ["users"], for: "anyone" },
  { path: "/register", page: () => import("./register.js"), title: "users.register", words: ["users"], for: "anyone" },
  { path: "/account", page: () => import("./email-links.js"), title: "users.account", words: ["users"], for: "anyone" },
  { path: "/settings", page: () => import("./settings/page.js"), title: "nav.settings", words: ["users"], for: "user", styles: ["users/users.css"] },
  { path: "/settings/:section", page: () => import("./settings/page.js"), title: "nav.settings", words: ["users"], for: "user", styles: ["users/users.css"] },
  { path: "/admin", page: () => import("./admin/overview.js"), title: "nav.admin", words: ["admin"], for: "admin", styles: ["users/admin/admin.css"] },
  { path: "/admin/people", page: () => import("./admin/people.js"), title: "admin.people", words: ["admin", "users"], for: "admin", styles: ["users/admin/admin.css"] },
  { path: "/admin/audit", page: () => import("./admin/audit.js"), title: "admin.audit", words: ["admin"], for: "admin", styles: ["users/admin/admin.css"] },
];
