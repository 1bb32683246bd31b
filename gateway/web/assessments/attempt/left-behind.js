// Attempts whose page was closed or reloaded with sealed answers in this browser: what was written is handed over, or
// saved where the attempt still runs.

import { Failure } from "../../app/graphql.js";
import { handedOver, sealedName } from "../../app/left-sealed.js";
import { failureText, loadWords, t } from "../../app/locale.js";
import { session } from "../../app/session.js";
import { toast } from "../../kit/toast.js";
import { sealedText } from "./sealed-notes.js";
import { createTaking, pageLock } from "./taking.js";

/** Without those that a page has open, which does it by itself. @param {readonly string[]} ids Of submissions. */
export async function handOverEach(ids) {
  const userId = session.get().user?.id;
  if (userId === undefined || !navigator.locks) return;
  for (const id of ids) await navigator.locks.request(pageLock(sealedName(userId, id)), { ifAvailable: true }, (lock) => (lock === null ? undefined : handOver(id)));
}

/** @param {string} id */
async function handOver(id) {
  const sealed = await createTaking(id).catchUp();
  handedOver.set((count) => count + 1);
  if (sealed === null) return;
  await loadWords(["attempts"]).catch(() => {});
  const { status, failure } = sealed;
  toast(status === null ? `${t("attempts.sealed_not_taken")} ${failureText(failure ?? new Failure(null))}` : sealedText(status), { kind: status === null ? "bad" : "good" });
}
