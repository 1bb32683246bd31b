// The languages that captions may be in, by their names.

import { language } from "../../app/locale.js";

const TAGS = (
  "af am ar az be bg bn bs ca cs cy da de de-AT de-CH el en en-GB en-US es es-419 et eu fa fi fil fr fr-CA ga gl gu ha he hi hr hu hy id ig is it ja " +
  "ka kk km kn ko ku ky lo lt lv mg mk ml mn mr ms mt my nb ne nl nn pa pl ps pt pt-BR ro ru rw si sk sl so sq sr sv sw ta te tg th ti tk tl tr uk ur uz vi wo xh yo zh-Hans zh-Hant zu"
).split(" ");

/**
 * What a language is called, in the page's language or in its own.
 * @param {string} tag
 * @param {string} [into]
 */
export function nameOf(tag, into = language.get()) {
  try {
    return new Intl.DisplayNames([into], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // what this browser does not know
  }
}

/** Its own name, as captions are labelled. @param {string} tag */
export function ownNameOf(tag) {
  const name = nameOf(tag, tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** All of them with their names, as a list is sorted in the page's language. @returns {[string, string][]} */
export function languages() {
  const names = new Intl.DisplayNames([language.get()], { type: "language" });
  const { compare } = new Intl.Collator(language.get());
  return TAGS.map((tag) => /** @type {[string, string]} */ ([tag, names.of(tag) ?? tag])).sort(([, one], [, other]) => compare(one, other));
}
