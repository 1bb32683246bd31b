// Where one is signed in, and how to end that from afar.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { go, mayLeave } from "../../app/router.js";
import { request, signOut } from "../../app/session.js";
import { ask } from "../../kit/dialog.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { END_SESSION, LOGOUT_EVERYWHERE, MY_SESSIONS } from "../documents.js";

export function Devices() {
  const query = useQuery(MY_SESSIONS, {});
  const everywhere = useSubmit(async () => {
    await request(LOGOUT_EVERYWHERE, {});
    await signOut();
  });
  return html`
    <${Loaded} query=${query}>
      ${(/** @type {any} */ { mySessions }) => html`<ul class="lines">${mySessions.map((/** @type {any} */ each) => html`<${Device} key=${each.id} device=${each} reload=${query.reload} />`)}</ul>`}
    <//>
    <${FormError} failure=${everywhere.failure} />
    <div><button type="button" class="danger" onClick=${everywhere.submit}>${t("users.sign_out_everywhere")}</button></div>
  `;
}

/** @param {{ device: any, reload: () => Promise<void> }} properties */
function Device({ device, reload }) {
  const { submit, failure } = useSubmit(async () => {
    if (device.isCurrent) return leaveHere();
    await request(END_SESSION, { id: device.id });
    await reload();
    toast(t("users.device_signed_out"));
  });
  return html`
    <li>
      <div class="grow">
        <p class="row"><b>${deviceName(device.device)}</b>${device.isCurrent && html` <span class="chip good">${t("users.this_device")}</span>`}</p>
        <p class="muted">${t("users.signed_in_since", { date: formatDate(device.beganAt) })}</p>
        <${FormError} failure=${failure} />
      </div>
      <button type="button" class="small" onClick=${submit} aria-label=${t("users.sign_out_device", { device: deviceName(device.device) })}>${t("nav.sign_out")}</button>
    </li>
  `;
}

/** Which ends what is done here, so it is asked first. */
async function leaveHere() {
  const sure = await ask({ title: t("users.leave_here"), text: t("users.leave_here_text"), action: t("nav.sign_out") });
  if (!sure || !(await mayLeave())) return;
  await signOut();
  go("/sign-in", { forced: true });
}

const BROWSERS = /** @type {const} */ ([[/Edg\//, "Edge"], [/OPR\//, "Opera"], [/Firefox\//, "Firefox"], [/Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"]]);
const SYSTEMS = /** @type {const} */ ([[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X/, "Mac"], [/CrOS/, "Chromebook"], [/Linux/, "Linux"]]);

/**
 * What people call a device, of what its browser says of itself.
 * @param {string} agent A `User-Agent`.
 */
function deviceName(agent) {
  const [browser, system] = [BROWSERS, SYSTEMS].map((known) => known.find(([pattern]) => pattern.test(agent))?.[1]);
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 60) || "?";
}
