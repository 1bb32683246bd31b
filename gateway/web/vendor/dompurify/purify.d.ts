export { default } from "npm:dompurify/dist/purify.es.mjs";
