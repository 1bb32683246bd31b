// Preact's elements as tagged templates.

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
