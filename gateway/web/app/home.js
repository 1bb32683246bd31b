// Where people start: each role its own page.

import { Loading } from "../kit/states.js";
import { useEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { session } from "./session.js";
import { useStore } from "./store.js";

const HOMES = {
  STUDENT: () => import("../enrollments/learning.js"),
  EDUCATOR: () => import("../courses/teacher-home.js"),
  ADMIN: () => import("../courses/teacher-home.js"),
};

/** @param {{ query: URLSearchParams }} properties */
export default function Home(properties) {
  const role = useStore(session, ({ user }) => user?.role ?? "STUDENT");
  const [Page, setPage] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let wanted = true;
    HOMES[role]().then((module) => wanted && setPage(() => module.default));
    return () => {
      wanted = false;
    };
  }, [role]);
  return Page ? html`<${Page} ...${properties} />` : html`<${Loading} />`;
}
