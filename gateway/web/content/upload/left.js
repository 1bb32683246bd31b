// What this browser knows of uploads that are not finished, so that they go on after a reload: whoever chooses the same
// file again sends what is missing. Each tab keeps its own, and takes up those that no tab has any more.

import { session } from "../../app/session.js";
import { createStore } from "../../app/store.js";
import { ALIVE_EVERY_MS, tabDrafts } from "../../app/tab-drafts.js";

const PREFIX = "stoa.uploads.";

/**
 * @typedef {object} Note
 * @property {string} id Of the upload.
 * @property {import("./one-file.js").Use} [use] Without it, a resource.
 * @property {string} courseId
 * @property {string} name
 * @property {number} size
 * @property {number} lastModified
 * @property {string} title
 * @property {string} folder
 * @property {string | null} replaces The resource whose new version it becomes, or the film whose place it takes.
 * @property {string} expiresAt
 * @property {number} sent Bytes that had arrived when it was last looked at.
 */

/** Those of whoever is signed in, in this tab. */
export const notes = createStore(/** @type {readonly Note[]} */ ([]));

/** @type {{ user: string, drafts: ReturnType<typeof tabDrafts<{ uploads: readonly Note[] }>> } | null} */
let kept = null;
let isBegun = false;

/** Look for uploads that tabs have left, and from then on keep those of this one. */
export function takeUpLeft() {
  const user = session.get().user?.id;
  begin();
  if (!user) return;
  const isFirst = kept === null;
  kept ??= { user, drafts: tabDrafts(`${PREFIX}${user}.`) };
  const found = kept.drafts.takeUp({ reloaded: isFirst }).flatMap(({ uploads }) => uploads);
  const open = found.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
  if (open.length > 0) change((before) => [...before, ...open.filter(({ id }) => !before.some((each) => each.id === id))]);
}

/** @param {Note} note */
export function keepNote(note) {
  if (kept === null) takeUpLeft();
  change((before) => [...before.filter(({ id }) => id !== note.id), note]);
}

/** @param {string} id Of the upload. */
export function forgetNote(id) {
  change((before) => before.filter((each) => each.id !== id));
}

/** @param {(before: readonly Note[]) => readonly Note[]} make */
function change(make) {
  notes.set(make);
  keep();
}

function keep() {
  const uploads = notes.get();
  if (uploads.length > 0) kept?.drafts.keep({ uploads });
  else kept?.drafts.forget();
}

/** Once: say that this tab is there, and leave what it has when it goes or somebody else signs in. */
function begin() {
  if (isBegun) return;
  isBegun = true;
  setInterval(() => {
    keep();
    takeUpLeft();
  }, ALIVE_EVERY_MS);
  addEventListener("pagehide", () => kept?.drafts.leave());
  session.subscribe(({ user }) => {
    if (kept === null || user?.id === kept.user) return;
    kept.drafts.leave();
    kept = null;
    notes.set([]);
  });
}
