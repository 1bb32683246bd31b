import { formatNumber } from "../../app/locale.js";

/** As players show a moment: 2:05, 1:02:05. @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const part = (/** @type {number} */ value, least = 2) => formatNumber(value, { minimumIntegerDigits: least, useGrouping: false });
  const rest = `${part(minutes, hours > 0 ? 2 : 1)}:${part(whole % 60)}`;
  return hours > 0 ? `${part(hours, 1)}:${rest}` : rest;
}
