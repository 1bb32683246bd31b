// A chosen file as a picture that the server takes.

/** What a person may choose; whatever the browser reads is sent as WebP. */
export const KINDS = "image/png,image/jpeg,image/webp,image/gif,image/avif";
export const MAX_FILE = 30 * 1024 * 1024;
/** What the server takes. */
const MAX_BYTES = 1024 * 1024;
const SIDES = [1_600, 1_200, 800, 500];
const QUALITY = 0.86;

/**
 * The picture as a `data:` URL: smaller where it is too large, and without what a camera writes beside
 * it. Drawings stay sharp. Of one that moves the first frame is taken.
 * @param {File} file
 */
export async function small(file) {
  if (file.type === "image/png" && file.size <= MAX_BYTES) return dataUrl(file);
  const picture = await createImageBitmap(file);
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    /** @type {Blob | null} */
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/webp", QUALITY));
    if (drawn && drawn.size <= MAX_BYTES) return dataUrl(drawn);
  }
  throw new Error("The picture stays too large");
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
