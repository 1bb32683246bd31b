// Files on their way to the server: texts told from others, and large ones packed.

/** So small that packing gains nothing. */
const SMALL = 100_000;
const MARKS = [[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]];

/**
 * Whether a teacher can read it as it is: no archive, and no XML.
 * @param {Uint8Array} bytes
 */
export function isText(bytes) {
  const wide = MARKS.slice(1).some((mark) => mark.every((each, n) => bytes[n] === each));
  if (!wide && bytes.subarray(0, 4000).includes(0)) return false;
  if (String.fromCharCode(...bytes.subarray(0, 2)) === "PK" || (bytes[0] === 0x1f && bytes[1] === 0x8b)) return false;
  return !/^\uFEFF?\s*</.test(decoded(bytes.subarray(0, 400)));
}

/**
 * By its byte order mark, else UTF-8, else in the alphabet of Windows, which older programs use.
 * @param {Uint8Array} bytes
 */
export function decoded(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/**
 * By gzip, where that makes it smaller and the browser can.
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function packed(bytes) {
  if (bytes.byteLength < SMALL || !("CompressionStream" in globalThis)) return bytes;
  const stream = new Blob([/** @type {BlobPart} */ (bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
  const result = new Uint8Array(await new Response(stream).arrayBuffer());
  return result.byteLength < bytes.byteLength ? result : bytes;
}
