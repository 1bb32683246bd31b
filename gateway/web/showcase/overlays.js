import { useState } from "preact/hooks";
import { Failure } from "../app/graphql.js";
import { html } from "../app/html.js";
import { ask, Dialog } from "../kit/dialog.js";
import { TextField } from "../kit/form.js";
import { Icon } from "../kit/icon.js";
import { Menu } from "../kit/menu.js";
import { toast } from "../kit/toast.js";
import { Versions } from "../kit/versions.js";
import { Sample } from "./sample.js";

export function Overlays() {
  return html`
    <div class="samples">
      <${Sample} name="Dialogs"><${Dialogs} /><//>
      <${Sample} name="Menu">
        <${Menu} label="More" button=${html`More <${Icon} name="chevron" />`} classes="" items=${[{ label: "Rename", onSelect: () => toast("Renamed") }, { label: "To the top", href: "#Basics" }, { label: "Delete", onSelect: () => toast("Deleted"), danger: true }]} />
      <//>
      <${Sample} name="Two versions"><${Conflicts} /><//>
      <${Sample} name="Toasts">
        <p class="row">
          <button type="button" onClick=${() => toast("Saved.")}>Good</button>
          <button type="button" onClick=${() => toast("That did not work.", { kind: "bad" })}>Bad</button>
          <button type="button" onClick=${() => toast("Question deleted.", { undo: () => toast("It is back.") })}>With a way back</button>
        </p>
      <//>
    </div>
  `;
}

function Conflicts() {
  const [conflicts, setConflicts] = useState([
    { name: "Title", mine: "The solar system", theirs: "Our solar system" },
    { name: "Text", mine: "Eight planets.\nOne of them is ours.", theirs: "" },
  ]);
  const decide = (/** @type {{ name: string }} */ { name }) => setConflicts((before) => before.filter((each) => each.name !== name));
  return html`<${Versions} conflicts=${conflicts} wordOf=${(/** @type {{ name: string }} */ { name }) => name} textOf=${String} decide=${decide} />`;
}

function Dialogs() {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("Solar system");
  const [answer, setAnswer] = useState("");
  const close = () => setOpen(false);
  const remove = async () => {
    const yes = await ask({ title: "Delete the course?", text: "Its 12 lessons go with it, and 30 students lose their way into it. Results stay.", action: "Delete", danger: true });
    setAnswer(yes ? "deleted" : "kept");
  };
  const fail = () => ask({ title: "Publish the course?", text: "Everybody can find it then.", action: "Publish", deed: () => Promise.reject(new Failure(null)) });
  return html`
    <p class="row">
      <button type="button" onClick=${() => setOpen(true)}>Rename</button>
      <button type="button" class="danger" onClick=${remove}>Delete</button>
      <button type="button" onClick=${fail}>Publish, which fails</button>
    </p>
    <p data-answer>${answer}</p>
    ${open &&
    html`
      <${Dialog} title="Rename the course" onClose=${close} footer=${html`<button type="button" onClick=${close}>Cancel</button><button type="button" class="primary" onClick=${close}>Rename</button>`}>
        <${TextField} label="New name" value=${name} onChange=${setName} />
        <p class="muted">Whoever has joined sees the new name at once.</p>
      <//>
    `}
  `;
}
