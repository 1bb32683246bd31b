// The components of the kit in every state, for those who build pages. Served in development only.

import { render } from "preact";
import { useState } from "preact/hooks";
import { announcement } from "../app/announcer.js";
import { html } from "../app/html.js";
import { LANGUAGES, preferredLanguage } from "../app/language.js";
import { language, showLanguage } from "../app/locale.js";
import { useStore } from "../app/store.js";
import { refuseStrayFiles } from "../app/stray-files.js";
import { chooseTheme, theme } from "../app/theme.js";
import { Questions } from "../kit/dialog.js";
import { Toasts } from "../kit/toast.js";
import { Basics } from "./basics.js";
import { Fields } from "./fields.js";
import { Lists } from "./lists.js";
import { Overlays } from "./overlays.js";
import { Texts } from "./texts.js";

const SECTIONS = { Basics, Fields, Lists, Overlays, Texts };

function Showcase() {
  useStore(language);
  return html`
    <header class="bar app-bar">
      <a class="brand" href="/"><img src="/favicon.svg" alt="" width="30" height="30" /><span>Stoa</span></a>
      <strong>Kit</strong>
      <span class="grow"></span>
      <${Switches} />
    </header>
    <main id="main" class="wide stack" tabindex="-1">
      <h1>Components</h1>
      <nav aria-label="Sections"><ul class="ways">${Object.keys(SECTIONS).map((name) => html`<li key=${name}><a href=${`#${name}`}>${name}</a></li>`)}</ul></nav>
      ${Object.entries(SECTIONS).map(([name, Section]) => html`<section key=${name} id=${name} class="stack" aria-labelledby=${`${name}-title`}><h2 id=${`${name}-title`}>${name}</h2><${Section} /></section>`)}
    </main>
    <${Toasts} />
    <${Questions} />
    <${Live} />
  `;
}

function Switches() {
  const [chosen, setChosen] = useState(theme);
  const [direction, setDirection] = useState("");
  const shown = useStore(language);
  const change = (/** @type {string} */ next) => {
    chooseTheme(/** @type {any} */ (next));
    setChosen(theme());
  };
  const turn = (/** @type {string} */ next) => {
    setDirection(next);
    document.documentElement.dir = next || (shown === "ar" ? "rtl" : "ltr");
  };
  return html`
    <div class="row switches">
      <${Switch} label="Theme" value=${chosen} options=${["auto", "light", "dark"]} onChange=${change} />
      <${Switch} label="Language" value=${shown} options=${Object.keys(LANGUAGES)} onChange=${showLanguage} />
      <${Switch} label="Direction" value=${direction} options=${["", "ltr", "rtl"]} onChange=${turn} />
    </div>
  `;
}

/** @param {{ label: string, value: string, options: string[], onChange: (value: string) => void }} properties */
function Switch({ label, value, options, onChange }) {
  return html`
    <select aria-label=${label} title=${label} value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
      ${options.map((each) => html`<option key=${each} value=${each} selected=${each === value}>${each || "by language"}</option>`)}
    </select>
  `;
}

function Live() {
  return html`<div class="sr-only" aria-live="polite">${useStore(announcement)}</div>`;
}

refuseStrayFiles();
await showLanguage(preferredLanguage());
render(html`<${Showcase} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
