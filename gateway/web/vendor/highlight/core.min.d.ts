/// <reference path="../../../../tests/web/node_modules/highlight.js/types/index.d.ts" />
export { default } from "highlight.js";
