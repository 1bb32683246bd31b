export { default } from "npm:markdown-it/dist/markdown-it.mjs";
