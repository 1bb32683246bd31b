// What staff does about attempts, and what is said of it.

import { Failure } from "../../app/graphql.js";
import { failureText } from "../../app/locale.js";
import { toast } from "../../kit/toast.js";

/**
 * @param {() => Promise<unknown>} deed
 * @param {string} said Once it is done.
 */
export async function carryOut(deed, said) {
  try {
    await deed();
    toast(said);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toast(failureText(error), { kind: "bad" });
  }
}
