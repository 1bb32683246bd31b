// The focus never falls out of the page: where what had it goes away, it goes to what stood around it.

/** What has the focus, and what stands around it, from the inside. @type {Element[]} */
let path = [];

/** Begin, for all that is drawn in `root`. @param {HTMLElement} root */
export function keepFocus(root) {
  document.addEventListener("focusin", ({ target }) => {
    path = target instanceof Element ? withParents(target) : [];
  });
  // Who points at what takes no focus has left it on purpose.
  document.addEventListener("pointerdown", () => {
    path = [];
  });
  new MutationObserver((records) => {
    if (document.activeElement !== document.body || path.length === 0) return;
    if (path[0].isConnected) {
      // What is moved loses the focus, though it is still there; what was left by a key or a phone's "Done" is not moved.
      const [held] = path;
      if (held instanceof HTMLElement && records.some(({ addedNodes }) => [...addedNodes].some((node) => node.contains(held)))) held.focus({ preventScroll: true });
      return;
    }
    const main = document.getElementById("main");
    const around = path.find((each) => each.isConnected);
    const target = around && !around.contains(main) ? around.querySelector("h1, h2, h3, [role=heading]") ?? around : main;
    if (!(target instanceof HTMLElement)) return;
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true });
}

/** @param {Element} element */
function withParents(element) {
  const all = [];
  for (let each = /** @type {Element | null} */ (element); each; each = each.parentElement) all.push(each);
  return all;
}
