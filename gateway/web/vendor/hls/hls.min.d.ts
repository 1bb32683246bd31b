export { default } from "npm:hls.js/dist/hls.mjs";
