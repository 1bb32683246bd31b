import { html } from "../app/html.js";
import { Failure } from "../app/graphql.js";
import { Avatar } from "../kit/avatar.js";
import { Chip } from "../kit/chip.js";
import { CopyButton } from "../kit/copy-button.js";
import { Icon, ICONS } from "../kit/icon.js";
import { Progress } from "../kit/progress.js";
import { Stars } from "../kit/stars.js";
import { Empty, Failed, Loading } from "../kit/states.js";
import { Sample } from "./sample.js";

const SIZES = ["2xl", "xl", "l", "m", "s"];
const COLOURS = ["ink", "muted", "brand", "good", "bad", "warn"];

export function Basics() {
  return html`
    <div class="samples">
      <${Sample} name="Type">
        ${SIZES.map((size) => html`<p key=${size} style=${{ fontSize: `var(--text-${size})` }}>Text of size ${size}</p>`)}
        <p>Text, <a href="#Basics">a link</a>, <strong>strong</strong>, <span class="muted">muted</span>.</p>
        <p class="row">${COLOURS.map((name) => html`<span key=${name} style=${{ color: `var(--${name})` }}>${name}</span>`)}</p>
      <//>
      <${Sample} name="Buttons">
        <p class="row"><button type="button" class="primary">Primary</button><button type="button">Button</button><button type="button" class="quiet">Quiet</button></p>
        <p class="row"><button type="button" class="primary bad">Delete</button><button type="button" class="danger">Danger</button><button type="button" disabled>Disabled</button></p>
        <p class="row"><button type="button" class="small">Small</button><a class="button small" href="#Basics"><${Icon} name="add" />A link</a><button type="button" class="icon" aria-label="More"><${Icon} name="more" /></button></p>
        <button type="button" class="primary big full">Big and full</button>
        <button type="button" class="primary" aria-disabled="true">Busy <span class="spinner" aria-hidden="true"></span></button>
      <//>
      <${Sample} name="Icons"><p class="row">${ICONS.map((name) => html`<span key=${name} title=${name}><${Icon} name=${name} size="1.5em" /></span>`)}</p><//>
      <${Sample} name="Avatars">
        <p class="row"><${Avatar} name="Ada Lovelace" url=${null} /><${Avatar} name="Émilie" url=${null} size=${48} /><${Avatar} name="🦊 Fox" url=${null} /><${Avatar} name="Picture" url="/favicon.svg" /></p>
      <//>
      <${Sample} name="Chips, stars, copying">
        <p class="row"><${Chip}>Draft<//><${Chip} kind="good">Published<//><${Chip} kind="warn">Closes soon<//><${Chip} kind="bad">Archived<//><${Chip} kind="brandy">New<//></p>
        <p class="row"><${Chip} name="Algebra" onRemove=${() => {}}>Algebra<//><${Chip} name="Geometry" onRemove=${() => {}}>Geometry<//></p>
        <p><${Stars} value=${4.3} count=${27} /></p><p><${Stars} value=${null} /></p>
        <p class="row"><code>https://stoa.example/join/abc</code><${CopyButton} text="https://stoa.example/join/abc" /></p>
      <//>
      <${Sample} name="Progress">
        <${Progress} label="Course progress" value=${0.42} /><${Progress} label="Lessons" value=${0.75} text="9 of 12" /><${Progress} label="Reading the file" value=${null} />
      <//>
      <${Sample} name="Loading"><${Loading} lines=${4} /><//>
      <${Sample} name="Empty"><${Empty} title="No courses yet" text="Make one, or ask a colleague to add you to theirs."><p><button type="button" class="primary">New course</button></p><//><//>
      <${Sample} name="Failed"><${Failed} failure=${new Failure(null)} retry=${() => {}} /><//>
    </div>
  `;
}
