/** @type {readonly import("../app/router.js").Route[]} */
export const routes = [
  { path: "/certificates", page: () => import("./verify.js"), title: "certificates.verify", words: ["certificates"], for: "anyone" },
  { path: "/my-certificates", page: () => import("./mine.js"), title: "nav.certificates", words: ["certificates"], for: "user", styles: ["certificates/certificates.css"] },
  { path: "/admin/certificates", page: () => import("./admin.js"), title: "admin.certificates", words: ["admin", "certificates"], for: "admin", styles: ["certificates/certificates.css", "users/admin/admin.css"] },
];
