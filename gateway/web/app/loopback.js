// Addresses that lead back to the computer they are used on, and to no other.

/** Whether another device would look for this site on itself. @param {string} address A whole URL. */
export function isLoopback(address) {
  const { hostname } = new URL(address);
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
