// The names of characters, such as `&copy;`, by the browser's own list: that of the package is larger
// than all the rest of Markdown. What is read is no more than one name.
const NAME = /^&[a-z][a-z0-9]{1,31};$/i;
const parser = new DOMParser();

/** The character of a name; the name itself if there is none. */
export function decodeHTMLStrict(name) {
  if (!NAME.test(name)) return name;
  const read = parser.parseFromString(name, "text/html").documentElement.textContent;
  return [...read].length <= 2 ? read : name; // a longer one has only begun like one, as `&notit;`
}
