// A question that opens soon: which one, and the seconds that are left.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";

const STEP_MS = 100;

/**
 * @param {object} properties
 * @param {import("./wire.js").Announcement} properties.announced
 * @param {() => number} properties.now
 * @param {boolean} [properties.held] Whether there is no connection.
 * @param {boolean} [properties.quiet] Without a countdown.
 */
export function Announced({ announced, now, held = false, quiet = false }) {
  const { index, total, paused = false } = announced;
  return html`
    <div class="announced hero">
      <h1 tabindex="-1">${t("live.question_of", { number: index + 1, total })}</h1>
      ${paused ? html`<p class="paused" role="status"><span aria-hidden="true">❙❙</span> ${t("live.paused")}</p>` : quiet ? html`<p class="muted">${t("live.question_soon", { number: index + 1 })}</p>` : html`<${Seconds} opensAt=${announced.opensAt} now=${now} held=${held} />`}
    </div>
  `;
}

/** @param {{ opensAt: number, now: () => number, held: boolean }} properties */
function Seconds({ opensAt, now, held }) {
  const [shown, setShown] = useState(() => secondsTo(opensAt, now()));
  useEffect(() => {
    if (held) return undefined;
    const look = () => setShown(secondsTo(opensAt, now()));
    look();
    const timer = setInterval(look, STEP_MS);
    return () => clearInterval(timer);
  }, [opensAt, now, held]);
  return html`
    <p class="to-go tabular" role="timer" aria-label=${t("live.seconds_left")}><span key=${shown}>${shown > 0 ? formatNumber(shown) : "…"}</span></p>
    <p class="muted">${t("live.get_ready")}</p>
  `;
}

/** @param {number} opensAt @param {number} now */
function secondsTo(opensAt, now) {
  return Math.max(0, Math.ceil((opensAt - now) / 1000));
}
