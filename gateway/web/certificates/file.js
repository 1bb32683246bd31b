// The PDF of a certificate. A missing one is made while one waits.

const TRIES = 8;
const WAIT_MS = 1_200;

/**
 * Let the browser save it.
 * @param {string} number
 * @returns {Promise<boolean>} False if it is not there yet, or the server cannot be reached.
 */
export async function openFile(number) {
  const address = `/certificates/${encodeURIComponent(number)}.pdf`;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    // It lies behind a redirection, perhaps to another site: that there is one is enough to know.
    const response = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (response?.type === "opaqueredirect" || response?.ok) {
      location.assign(address);
      return true;
    }
    if (response?.status !== 503) return false;
    await new Promise((done) => setTimeout(done, WAIT_MS));
  }
  return false;
}
