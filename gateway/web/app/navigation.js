// The bar on top: where a role can go, and the user's own menu.

import { Avatar } from "../kit/avatar.js";
import { Menu } from "../kit/menu.js";
import { html } from "./html.js";
import { t } from "./locale.js";
import { Logo } from "./logo.js";
import { go, mayLeave } from "./router.js";
import { session, signOut } from "./session.js";
import { useStore } from "./store.js";

/** @typedef {import("./locale.js").Word} Word */

/** @type {Record<"guest" | "STUDENT" | "EDUCATOR" | "ADMIN", [string, Word][]>} */
const WAYS = {
  guest: [["/courses", "nav.courses"], ["/", "nav.join"]],
  STUDENT: [["/home", "nav.learning"], ["/courses", "nav.courses"], ["/", "nav.join"]],
  EDUCATOR: [["/home", "nav.home"], ["/courses", "nav.courses"], ["/bank", "nav.bank"], ["/games", "nav.games"]],
  ADMIN: [["/home", "nav.home"], ["/courses", "nav.courses"], ["/bank", "nav.bank"], ["/games", "nav.games"], ["/admin", "nav.admin"]],
};

const DOORS = new Set(["/", "/sign-in", "/register", "/account"]);

/** @param {{ path: string }} properties */
export function Navigation({ path }) {
  const { status, user } = useStore(session);
  const isCurrent = (/** @type {string} */ address) => path === address || (address !== "/" && path.startsWith(`${address}/`));
  return html`
    <header class="bar app-bar">
      <a class="brand" href=${user ? "/home" : "/"}><${Logo} /><span>Stoa</span></a>
      <nav aria-label=${t("nav.label")}>
        <ul class="ways">
          ${WAYS[user?.role ?? "guest"].map(
            ([address, word]) => html`<li key=${address}><a href=${address} aria-current=${isCurrent(address) ? "page" : undefined}>${t(word)}</a></li>`,
          )}
        </ul>
      </nav>
      <span class="grow"></span>
      ${user && html`<${UserMenu} user=${user} />`}
      ${status === "guest" && html`<a class="button small" href=${signInFrom(path)}>${t("nav.sign_in")}</a>`}
    </header>
  `;
}

/** And back again, except from other doors. @param {string} path */
function signInFrom(path) {
  return DOORS.has(path) ? "/sign-in" : `/sign-in?to=${encodeURIComponent(path + location.search)}`;
}

/** @param {{ user: import("./session.js").Person }} properties */
function UserMenu({ user }) {
  const leave = async () => {
    if (!(await mayLeave())) return;
    await signOut();
    go("/sign-in", { forced: true });
  };
  return html`
    <${Menu}
      label=${t("nav.account_of", { name: user.profile.fullName })}
      button=${html`<${Avatar} name=${user.profile.fullName} url=${user.profile.avatarUrl} />`}
      items=${[
        { label: t("nav.settings"), href: "/settings" },
        user.role === "STUDENT" && { label: t("nav.certificates"), href: "/my-certificates" },
        { label: t("nav.sign_out"), onSelect: leave },
      ].filter(Boolean)}
    />
  `;
}
