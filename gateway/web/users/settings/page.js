// One's own account, a section at a time.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Loaded } from "../../kit/states.js";
import { MY_PROFILE } from "../documents.js";
import { Address } from "./address.js";
import { Data } from "./data.js";
import { Devices } from "./devices.js";
import { Password } from "./password.js";
import { Preferences } from "./preferences.js";
import { Profile } from "./profile.js";

/** @type {readonly [string, import("../../app/locale.js").Word, (properties: any) => any][]} */
const SECTIONS = [
  ["profile", "users.profile", Profile],
  ["preferences", "users.preferences", Preferences],
  ["address", "users.address", Address],
  ["password", "users.password", Password],
  ["devices", "users.devices", Devices],
  ["data", "users.data", Data],
];

/** @param {{ params: { section?: string } }} properties */
export default function Settings({ params }) {
  const query = useQuery(MY_PROFILE, {});
  const [chosen, word, Section] = SECTIONS.find(([name]) => name === params.section) ?? SECTIONS[0];
  return html`
    <div class="settings wide">
      <nav aria-label=${t("nav.settings")}>
        <ul>
          ${SECTIONS.map(([name, label]) => html`<li key=${name}><a href=${`/settings/${name}`} aria-current=${name === chosen ? "page" : undefined}>${t(label)}</a></li>`)}
        </ul>
      </nav>
      <section class="card stack" aria-labelledby="settings-title">
        <h1 id="settings-title">${t(word)}</h1>
        <${Loaded} query=${query}>
          ${(/** @type {any} */ { me }) => html`<${Section} key=${chosen} me=${me} query=${query} reload=${query.reload} />`}
        <//>
      </section>
    </div>
  `;
}
