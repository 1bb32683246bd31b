// Text files of captions, whose encoding nobody says.

/**
 * A text of bytes: UTF-16 where it says so, UTF-8 where it can be that, else as older programs on Windows write it.
 * @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes
 */
export function textOf(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
