// A chosen file as an avatar: square, small, without what a camera writes beside the picture.

const SIDE = 256;
export const MAX_FILE_BYTES = 40 * 1024 * 1024;

/**
 * @param {File} file Of at most `MAX_FILE_BYTES`.
 * @returns {Promise<string>} A `data:` URL. Rejects if the file is no picture that the browser can read.
 */
export async function asAvatar(file) {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (!context || side === 0) throw new Error("The picture cannot be drawn");
  context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.86);
}
