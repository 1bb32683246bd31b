// The application's start: words, the session of an earlier visit, the frame.

import { render } from "preact";
import { App } from "./frame.js";
import { html } from "./html.js";
import { keepFocus } from "./kept-focus.js";
import { preferredLanguage } from "./language.js";
import { language, showLanguage, showTimeZone } from "./locale.js";
import { forgetKeptAnswers, keepApplication } from "./offline.js";
import { forgetAnswers } from "./query.js";
import { find, place, start } from "./router.js";
import { routes } from "./routes.js";
import { resume, session } from "./session.js";
import { namesIn } from "./storage.js";
import { refuseStrayFiles } from "./stray-files.js";

/** @type {string | null} */
let shownFor = null;

session.subscribe(({ status, user }) => {
  if (status === "guest") forgetKeptAnswers();
  if ((user?.id ?? null) !== shownFor) forgetAnswers();
  shownFor = user?.id ?? null;
  showTimeZone(user?.profile.timezone ?? null);
  if (user && user.profile.language !== language.get()) showLanguage(user.profile.language).catch(() => {});
});

// What the page needs is fetched at once; `App` asks again, and shows what fails.
const first = find(routes, place.get().path)?.route;
first?.page().catch(() => {});
if (namesIn("stoa.sealed.").length > 0) import("./left-sealed.js").then(({ handOverLeft }) => handOverLeft(), () => {});
resume();
refuseStrayFiles();
await showLanguage(preferredLanguage(), first?.words).catch(() => showLanguage(preferredLanguage()));
start(routes);
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
render(html`<${App} />`, root);
keepFocus(root);
keepApplication();
