// What is left of the time, by the server's clock, and words in time for those who do not see it.

import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { html } from "../../app/html.js";
import { formatDuration, formatNumber, t } from "../../app/locale.js";
import { Icon } from "../../kit/icon.js";
import { toast } from "../../kit/toast.js";

const SECOND_MS = 1_000;
const LATE_MS = 10; // a timer may come a little early
/** Seconds before the end at which it is said. */
const WARNINGS = [1_800, 600, 300, 60, 30, 10];
const SOON = 300;

/**
 * Whole seconds until the deadline, never below 0; null without one.
 * @param {number | null} deadlineAt
 * @param {() => number} now
 */
export function useSecondsLeft(deadlineAt, now) {
  const at = () => (deadlineAt === null ? null : Math.max(0, Math.ceil((deadlineAt - now()) / SECOND_MS)));
  const [seconds, setSeconds] = useState(at);
  useEffect(() => {
    if (deadlineAt === null) {
      setSeconds(null);
      return undefined;
    }
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const look = () => {
      const left = Math.max(0, deadlineAt - now());
      setSeconds(Math.ceil(left / SECOND_MS));
      timer = setTimeout(look, (left % SECOND_MS || SECOND_MS) + LATE_MS);
    };
    look();
    return () => clearTimeout(timer);
  }, [deadlineAt, now]);
  return seconds;
}

/** @param {{ seconds: number, deadlineAt: number, now: () => number }} properties */
export function TimeLeft({ seconds, deadlineAt, now }) {
  const last = useRef({ seconds, deadlineAt });
  useEffect(() => {
    const before = last.current;
    last.current = { seconds, deadlineAt };
    if (before.deadlineAt !== deadlineAt) {
      const time = timeText(Math.max(0, Math.round((deadlineAt - now()) / SECOND_MS)));
      toast(deadlineAt > before.deadlineAt ? t("attempts.more_time", { time }) : t("attempts.less_time", { time }));
      return;
    }
    const passed = WARNINGS.filter((each) => before.seconds > each && seconds <= each);
    if (passed.length > 0 && seconds > 0) announce(t("attempts.time_warning", { time: timeText(Math.min(...passed)) }));
  }, [seconds, deadlineAt, now]);
  return html`
    <span class=${`time-left ${seconds <= SOON ? "soon" : ""}`} role="timer" aria-label=${t("attempts.time_left")}>
      <${Icon} name="clock" /><b class="tabular" dir="ltr">${clockText(seconds)}</b>
    </span>
  `;
}

/** As on a clock. @param {number} seconds */
export function clockText(seconds) {
  const two = (/** @type {number} */ value) => formatNumber(value, { minimumIntegerDigits: 2 });
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${formatNumber(hours)}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}

/** @param {number} seconds */
function timeText(seconds) {
  return seconds >= 60 ? formatDuration(seconds) : formatNumber(seconds, { style: "unit", unit: "second", unitDisplay: "long" });
}
