// Copies a text, such as a link, and says that it has.
//
//   <${CopyButton} text=${link} />

import { useEffect, useState } from "preact/hooks";
import { announce } from "../app/announcer.js";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { Icon } from "./icon.js";

const SHOWN_MS = 2_500;

/** @param {{ text: string, label?: string, classes?: string }} properties */
export function CopyButton({ text, label, classes = "small" }) {
  const [state, setState] = useState(/** @type {"" | "copied" | "failed"} */ (""));
  useEffect(() => {
    if (!state) return undefined;
    const timer = setTimeout(() => setState(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const done = await copied(text);
    setState(done ? "copied" : "failed");
    announce(t(done ? "kit.copied" : "kit.copy_failed"));
  };
  const words = state === "copied" ? t("kit.copied") : state === "failed" ? t("kit.copy_failed") : label ?? t("kit.copy");
  return html`<button type="button" class=${classes} onClick=${copy}>${state === "copied" && html`<${Icon} name="check" />`}${words}</button>`;
}

/**
 * Also without HTTPS, where there is no clipboard: as on a school's own network.
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    const [focused, place] = [document.activeElement, document.querySelector("dialog[open]") ?? document.body];
    place.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
