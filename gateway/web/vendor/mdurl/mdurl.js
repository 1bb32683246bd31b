// The parts of the package as one module, whose own imports have other names there.
export { default as decode } from "./decode.js";
export { default as encode } from "./encode.js";
export { default as format } from "./format.js";
export { default as parse } from "./parse.js";
