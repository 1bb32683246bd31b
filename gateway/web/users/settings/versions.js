// The profile as forms know it, which may have been changed in another window.

import { request } from "../../app/session.js";
import { useVersioned } from "../../app/versioned.js";
import { MY_PROFILE, UPDATE_PROFILE } from "../documents.js";

/**
 * @typedef {NonNullable<import("../documents.js").MyProfileQuery["me"]>["profile"]} Profile
 * @typedef {import("../documents.js").UpdateProfileMutationVariables["input"]} Input
 */

/**
 * @template Values
 * @param {string} name
 * @param {Profile} profile
 * @param {import("../../app/query.js").Query<import("../documents.js").MyProfileQuery>} query
 * @param {(profile: Profile) => Values} valuesOf
 * @param {(changes: Partial<Values>) => Input} inputOf
 */
export function useProfileForm(name, profile, query, valuesOf, inputOf) {
  const stateOf = (/** @type {Profile} */ now) => ({ values: valuesOf(now), revision: now.revision });
  const form = useVersioned(name, stateOf(profile), async () => {
    const data = await request(MY_PROFILE, {});
    query.change(data);
    return stateOf(data.me.profile);
  });
  /** Whether it is saved, also where nothing was to be. */
  const save = async () => Object.keys(form.changes).length === 0 || form.send((changes, expectedRevision) => request(UPDATE_PROFILE, { input: inputOf(changes), expectedRevision }));
  return { ...form, save };
}
