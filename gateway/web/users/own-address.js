/**
 * Where to go on: only addresses of this site, whatever a link says.
 * @param {string | null} address
 */
export function ownAddress(address) {
  try {
    const url = new URL(address ?? "/home", location.origin);
    return url.origin === location.origin ? url.pathname + url.search : "/home";
  } catch {
    return "/home";
  }
}
