// KaTeX with the commands for chemistry, `\ce` and `\pu`, which its extension adds to the same KaTeX.
import katex from "./katex.js";
import "./mhchem.min.js";

export default katex;
