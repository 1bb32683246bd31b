// What begins before anything is drawn, and before the application is there: the theme, and what
// its start asks for in any case. It is small, so that it is there first.

import { askedAhead } from "./ahead.js";
import { BASE, preferredLanguage, wordsAddress } from "./language.js";
import { REFRESH_AHEAD, askRefresh, maySignIn } from "./refresh.js";
import "./theme.js";

/** The sections of words that the page of this address needs, as its document says. */
const sections = document.querySelector("meta[name=words]")?.getAttribute("content")?.match(/\S+/g) ?? [];

for (const section of [BASE, ...sections]) {
  const address = wordsAddress(preferredLanguage(), section);
  askedAhead(address, fetch(address));
}
if (maySignIn()) askedAhead(REFRESH_AHEAD, askRefresh());
