// What surrounds every page: the bar with the ways that a role has, the banner, messages.

import { useEffect, useRef, useState } from "preact/hooks";
import { Questions } from "../kit/dialog.js";
import { Failed, Loading } from "../kit/states.js";
import { Toasts } from "../kit/toast.js";
import { announce, announcement } from "./announcer.js";
import { online } from "./graphql.js";
import { html } from "./html.js";
import { hasWord, language, loadWords, t } from "./locale.js";
import { Navigation } from "./navigation.js";
import { find, go, mayLeave, place } from "./router.js";
import { routes } from "./routes.js";
import { session, signOut } from "./session.js";
import { useStore } from "./store.js";
import { loadStyles } from "./styles.js";

export function App() {
  useStore(language); // every word is drawn again
  const { path, query } = useStore(place);
  const { status, user } = useStore(session);
  const found = find(routes, path);
  const [shown, failed] = usePage(found?.route ?? null);
  const word = found ? found.route.title : "frame.no_such_page";
  const title = hasWord(word) ? t(word) : ""; // it comes with the page

  useEffect(() => {
    document.title = title ? `${title} · Stoa` : "Stoa";
  }, [title]);
  useArrival(path, title, shown !== null);

  const refusal = found ? refusalOf(found.route.for, status, user?.role) : null;
  useEffect(() => {
    const isHere = place.get().path === path; // who signs out may have gone on already
    if (refusal === "sign in" && isHere) go(`/sign-in?to=${encodeURIComponent(path + location.search)}`, { replace: true, forced: true });
  }, [refusal, path]);

  let content;
  if (!found) content = html`<${Notice} title=${t("frame.no_such_page")} text=${t("frame.no_such_page_text")} />`;
  else if (refusal === "forbidden") content = html`<${Forbidden} isForTeachers=${found.route.for === "teacher"} name=${user?.profile.fullName ?? ""} />`;
  else if (failed) content = html`<${Failed} failure=${failed} retry=${() => location.reload()} />`; // also in another version
  else if (refusal !== null || shown === null) content = html`<${Loading} />`;
  else content = html`<${shown} key=${path} params=${found.params} query=${query} />`;

  if (found?.route.bare) return html`<${Banner} /><main id="main" class="bare" tabindex="-1">${content}</main><${Toasts} /><${Questions} /><${Live} />`;
  return html`
    <a class="skip" href="#main">${t("frame.skip")}</a>
    <${Banner} />
    <${Navigation} path=${path} />
    <main id="main" tabindex="-1">${content}</main>
    <${Toasts} />
    <${Questions} />
    <${Live} />
  `;
}

/**
 * The component of a route, fetched when it is first shown.
 * @param {import("./router.js").Route | null} route
 * @returns {[any, Error | null]}
 */
function usePage(route) {
  const [state, setState] = useState(/** @type {{ route: any, component: any, failed: Error | null }} */ ({ route: null, component: null, failed: null }));
  useEffect(() => {
    let wanted = true;
    const [page, styles, words] = [route?.page(), Promise.all((route?.styles ?? []).map(loadStyles)), route && loadWords(route.words)];
    Promise.all([page, styles, words]).then(
      ([module]) => wanted && module && setState({ route, component: module.default, failed: null }),
      (failed) => wanted && setState({ route, component: null, failed }),
    );
    return () => {
      wanted = false;
    };
  }, [route]);
  return state.route === route ? [state.component, state.failed] : [null, null];
}

/**
 * After a change of page the focus stands at its beginning, and its name is said.
 * @param {string} path
 * @param {string} title
 * @param {boolean} ready
 */
function useArrival(path, title, ready) {
  const last = useRef(path);
  useEffect(() => {
    if (!ready || last.current === path) return;
    last.current = path;
    announce(title);
    const main = document.getElementById("main");
    if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  }, [path, title, ready]);
}

/**
 * @param {import("./router.js").Audience} audience
 * @param {"unknown" | "guest" | "user"} status
 * @param {string | undefined} role
 * @returns {null | "wait" | "sign in" | "forbidden"}
 */
function refusalOf(audience, status, role) {
  if (audience === "anyone") return null;
  if (status === "unknown") return "wait";
  if (audience === "guest") return null;
  if (status === "guest") return "sign in";
  if (audience === "user" || role === "ADMIN") return null;
  return audience === "teacher" && role === "EDUCATOR" ? null : "forbidden";
}

/** @param {{ title: string, text: string, children?: any }} properties `children`: other ways than to the start. */
function Notice({ title, text, children }) {
  return html`<div class="narrow card stack center"><h1>${title}</h1><p class="muted">${text}</p>${children}<p><a class="button" href="/home">${t("frame.home")}</a></p></div>`;
}

/** Once signed out, the page that was wanted asks who one is. @param {{ isForTeachers: boolean, name: string }} properties */
function Forbidden({ isForTeachers, name }) {
  const other = async () => (await mayLeave()) && signOut();
  return html`
    <${Notice} title=${t("frame.forbidden")} text=${t(isForTeachers ? "frame.for_teachers" : "frame.forbidden_text", { name })}>
      ${isForTeachers && html`<p>${t("frame.to_teach")}</p>`}
      <p><button type="button" onClick=${other}>${t("frame.other_account")}</button></p>
    <//>
  `;
}

function Banner() {
  const reached = useStore(online);
  return html`<div class="banner" role="status" hidden=${reached}>${reached ? "" : t("frame.offline")}</div>`;
}

function Live() {
  const text = useStore(announcement);
  return html`<div class="sr-only" aria-live="polite">${text}</div>`;
}
