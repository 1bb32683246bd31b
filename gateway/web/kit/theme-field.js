// Light, dark, or as the system has it: kept in this browser at once.
//
//   <${ThemeField} />

import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { chooseTheme, theme } from "../app/theme.js";
import { RadioGroup } from "./form.js";

export function ThemeField() {
  const [chosen, setChosen] = useState(theme);
  const choose = (/** @type {string} */ next) => {
    chooseTheme(/** @type {import("../app/theme.js").Theme} */ (next));
    setChosen(theme());
  };
  return html`
    <${RadioGroup} label=${t("kit.theme")} hint=${t("kit.theme_hint")} value=${chosen} onChange=${choose} options=${[
      { value: "auto", label: t("kit.theme_auto") },
      { value: "light", label: t("kit.theme_light") },
      { value: "dark", label: t("kit.theme_dark") },
    ]} />
  `;
}
