// What people's texts may have, wherever they come from: which addresses, and which marks.

/** Marks of code and of formulas; no other class means anything in people's texts. */
const CLASSES = /^(?:formula(?: display)?|language-[\w+#.-]{1,30}|hljs-[\w-]{1,30}(?: \w{1,30}_)*)$/;
const ADDRESSES = /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i;
const PICTURES = /^(?:https:|\/(?!\/)|blob:|data:image\/(?:png|jpeg|gif|webp|avif);)/i;

/** @param {string} address Of a link. */
export function mayLead(address) {
  return ADDRESSES.test(address.trim());
}

/** @param {string} address Of a picture. */
export function mayShow(address) {
  return PICTURES.test(address.trim());
}

/**
 * @param {Element} element
 * @param {string} value Of its attribute `class`.
 */
export function isMark(element, value) {
  return ["CODE", "SPAN"].includes(element.tagName) && CLASSES.test(value);
}

/** What every link and every picture has; a link that leads nowhere looks like none. @param {Element} element */
export function finish(element) {
  if (element.tagName === "A" && element.hasAttribute("href")) {
    element.setAttribute("target", "_blank");
    element.setAttribute("rel", "noopener noreferrer nofollow ugc");
  }
  if (element.tagName === "IMG") {
    if (!element.hasAttribute("alt")) element.setAttribute("alt", "");
    element.setAttribute("loading", "lazy");
    element.setAttribute("referrerpolicy", "no-referrer");
  }
}
