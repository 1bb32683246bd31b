// Renders a JSON list of Markdown texts from the standard input, as the pages do.
import { text } from "node:stream/consumers";
import MarkdownIt from "markdown-it";

const reader = MarkdownIt("commonmark").enable(["table", "strikethrough"]);
const sources = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(sources.map((source) => reader.render(source))));
