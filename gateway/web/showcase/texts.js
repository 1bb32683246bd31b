import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { MarkdownEditor } from "../text/editor.js";
import { RichText } from "../text/rich-text.js";
import { Sample } from "./sample.js";

const MARKDOWN = `## Kepler's third law

The *square* of a planet's **orbital period** grows with the cube of its distance: $T^2 \\propto a^3$, which costs $5 or $10 to print.

$$
\\frac{T^2}{a^3} = \\frac{4\\pi^2}{G(M + m)}
$$

| Planet | a (AU) | T (years) |
|---|--:|--:|
| Mercury | 0.387 | 0.241 |
| Earth | 1 | 1 |
| Neptune | 30.07 | 164.8 |

\`\`\`python
def period(distance, mass=1.0):
    """Years, of a distance in astronomical units."""
    if distance < 0:
        raise ValueError("no such orbit")
    return (distance ** 3 / mass) ** 0.5  # third law
\`\`\`

1. Look at [the orbits](https://example.org/orbits).
2. Then try \`period(5.2)\`.

> Ubi materia, ibi geometria.
`;
const HTML = `<p>If \\(x^2 = 4\\), what is <b>x</b>? <img src="/favicon.svg" alt="A temple" width="48"></p><script>alert(1)</script><p>A <a href="javascript:alert(3)">link</a> that leads nowhere, and \\(\\frac{1\\) that cannot be read.</p>`;

export function Texts() {
  const [text, setText] = useState("The **orbit** of a planet is an ellipse: $r = \\frac{p}{1 + e \\cos \\varphi}$.\n\n- Perihelion\n- Aphelion\n");
  const keep = async (/** @type {File} */ file) => ({ url: URL.createObjectURL(file) });
  return html`
    <${Sample} name="Editor"><${MarkdownEditor} label="Lesson" value=${text} onChange=${setText} maxLength=${200} hint="Markdown, with formulas between dollar signs." onPicture=${keep} /><//>
    <div class="samples">
      <${Sample} name="Markdown"><${RichText} markdown=${MARKDOWN} level=${4} /><//>
      <${Sample} name="HTML, cleaned"><${RichText} html=${HTML} /><//>
      <${Sample} name="Plain text"><${RichText} text=${"Two lines, <b>as they are</b>,\nand \\(E = mc^2\\)."} /><p>In a line: <${RichText} text="$a^2 + b^2$" inline />.</p><//>
      <${Sample} name="Right to left"><${RichText} markdown=${"**مدار الأرض** حول الشمس هو $r = 1$ وحدة فلكية.\n\n- عطارد\n- الزهرة"} /><//>
    </div>
  `;
}
