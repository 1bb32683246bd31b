// Which files may become films, as the server takes them.

/** The endings that are taken. */
export const ENDINGS = "mp4 mov m4v webm mkv avi".split(" ");
/** No file is larger. */
export const MAX_BYTES = 5 * 1024 ** 3;
/** As an `input` takes them. */
export const ACCEPT = ENDINGS.map((ending) => `.${ending}`).join(",");
