// The only place that puts HTML into a page: cleaned, and read in a document that runs nothing.
// `cleaning.js` brings it where there is HTML.

import DOMPurify from "../vendor/dompurify/purify.js";
import { finish, isMark, mayLead, mayShow } from "./allowed.js";

const TAGS = [
  ..."abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr".split(" "),
  ..."i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup table tbody td tfoot th".split(" "),
  ..."thead tr u ul var wbr a".split(" "),
];
const ATTRIBUTES = ["align", "alt", "class", "colspan", "dir", "height", "href", "lang", "rowspan", "scope", "src", "start", "title", "width"];

const cleaner = DOMPurify(window);
cleaner.addHook("uponSanitizeAttribute", (element, attribute) => {
  const { attrName: name, attrValue: value } = attribute;
  if (name === "class") attribute.keepAttr = isMark(element, value);
  if (name === "href") attribute.keepAttr = mayLead(value);
  if (name === "src") attribute.keepAttr = mayShow(value);
});
cleaner.addHook("afterSanitizeAttributes", finish);

/**
 * HTML as nodes that do no harm: no scripts, no styles, no forms, nothing loaded but pictures.
 * @param {string} source
 * @returns {DocumentFragment}
 */
export function sanitised(source) {
  return cleaner.sanitize(source, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ATTRIBUTES, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
}
