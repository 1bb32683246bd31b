// Fields that two have changed at the same time: both versions beside each other, and a decision.
//
//   <${Versions} conflicts=${form.conflicts} wordOf=${(name) => t(WORDS[name])} textOf=${(value) => …} decide=${form.decide} />

import { useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";

/**
 * @template {{ mine: unknown, theirs: unknown }} Conflict
 * @param {object} properties
 * @param {readonly Conflict[]} properties.conflicts
 * @param {(conflict: Conflict) => string} properties.wordOf What a field is called.
 * @param {(value: unknown, conflict: Conflict) => string} properties.textOf A version for people.
 * @param {(conflict: Conflict, choice: "mine" | "theirs") => void} properties.decide
 */
export function Versions({ conflicts, wordOf, textOf, decide }) {
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const place = useRef(null);
  const count = conflicts.length;
  const last = useRef(count);
  useLayoutEffect(() => {
    // The button that has decided is gone: whoever pressed it stays where it was.
    if (count < last.current && document.activeElement === document.body) place.current?.focus();
    else if (last.current === 0 && count > 0) place.current?.scrollIntoView({ block: "nearest" }); // it answers what was pressed
    last.current = count;
  }, [count]);
  return html`
    <div class="versions-place" tabindex="-1" ref=${place}>
      ${count > 0 &&
      html`
        <section class="conflict stack" role="alert" aria-label=${t("kit.conflict")}>
          <p><strong>${t("kit.conflict")}</strong></p>
          <p>${t("kit.conflict_text")}</p>
          ${conflicts.map((conflict) => {
            const name = wordOf(conflict);
            return html`
              <div class="stack" key=${name} role="group" aria-label=${name}>
                <p class="version-name"><strong>${name}</strong></p>
                <div class="versions">
                  <${Version} title=${t("kit.mine")} text=${textOf(conflict.mine, conflict)} />
                  <${Version} title=${t("kit.theirs")} text=${textOf(conflict.theirs, conflict)} />
                </div>
                <div class="row">
                  <button type="button" onClick=${() => decide(conflict, "mine")}>${t("kit.keep_mine")}</button>
                  <button type="button" onClick=${() => decide(conflict, "theirs")}>${t("kit.take_theirs")}</button>
                </div>
              </div>
            `;
          })}
        </section>
      `}
    </div>
  `;
}

/** @param {{ title: string, text: string }} properties */
function Version({ title, text }) {
  return html`<div class="version"><p class="version-title">${title}</p><p class="version-text" dir="auto">${text || "–"}</p></div>`;
}
