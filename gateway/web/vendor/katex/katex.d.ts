export { default } from "npm:katex/types/katex.js";
