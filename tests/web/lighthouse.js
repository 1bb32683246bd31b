// Lighthouse for pages of a running server, on a phone, also for who is signed in.
//
//   node lighthouse.js '{"chromium": "…", "flags": ["…"], "url": "http://…", "login": {"email": "…", "password": "…"},
//     "pages": [{"name": "…", "path": "/…", "signedIn": true}], "categories": ["accessibility"]}'
//
// Prints a JSON object: for each page its scores from 0 to 100, and the audits that are not passed.
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const LOGIN = "mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }";
const plan = JSON.parse(process.argv[2]);

/** The refresh cookie, and the note that there is one. @param {any} browser */
async function signIn(browser) {
  const page = await browser.newPage();
  await page.goto(`${plan.url}/site.json`);
  const ok = await page.evaluate(
    async (/** @type {string} */ query, /** @type {any} */ variables) => {
      const response = await fetch("/graphql", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query, variables }) });
      localStorage.setItem("stoa.signed-in", "true");
      return response.ok && !(await response.json()).errors;
    },
    LOGIN,
    plan.login,
  );
  await page.close();
  if (!ok) throw new Error("The login was refused");
}

/** @param {any} browser @param {{ name: string, path: string, signedIn: boolean }} page */
async function scored(browser, { path, signedIn }) {
  const context = await browser.createBrowserContext();
  if (signedIn) await signIn(context);
  const page = await context.newPage();
  const flags = { onlyCategories: plan.categories, disableStorageReset: true, logLevel: /** @type {const} */ ("error") };
  const result = await lighthouse(`${plan.url}${path}`, flags, undefined, page);
  await context.close();
  if (!result || result.lhr.runtimeError) throw new Error(`${path}: ${result?.lhr.runtimeError?.message}`);
  const { categories, audits, finalDisplayedUrl } = result.lhr;
  const failed = Object.values(categories).flatMap(({ id, auditRefs }) =>
    auditRefs
      .filter((each) => each.weight > 0 && (audits[each.id].score ?? 1) < 0.9)
      .map((each) => `${id}: ${audits[each.id].title} ${audits[each.id].displayValue ?? ""} ${JSON.stringify(audits[each.id].details?.items?.slice(0, 3) ?? [])}`.slice(0, 600)),
  );
  return { address: finalDisplayedUrl, scores: Object.fromEntries(Object.values(categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)])), failed };
}

const browser = await puppeteer.launch({ executablePath: plan.chromium, args: plan.flags, headless: true });
try {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const page of plan.pages) found[page.name] = await scored(browser, page);
  process.stdout.write(JSON.stringify(found));
} finally {
  await browser.close();
}
