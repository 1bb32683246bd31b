// What a decision about a question makes of its marks, in words.

import { t } from "../../app/locale.js";

/** @param {"PRESENT_KEY" | "ONLY_UPWARD" | "FULL_POINTS" | "LEAVE_OUT"} policy */
export function policyText(policy) {
  return { PRESENT_KEY: t("grading.policy_present"), ONLY_UPWARD: t("grading.policy_upward"), FULL_POINTS: t("grading.policy_full"), LEAVE_OUT: t("grading.policy_out") }[policy];
}
