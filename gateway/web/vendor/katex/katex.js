// KaTeX's small build is no module; this makes it one. Use `render`, which sets styles one by one:
// the HTML that `renderToString` returns has style attributes, which the site's policy forbids.
import "./katex.min.js";

export default globalThis.katex;
