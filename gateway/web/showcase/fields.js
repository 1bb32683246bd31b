import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { DateTimeField } from "../kit/date-time.js";
import { FileButton, FileDrop } from "../kit/file-drop.js";
import { CheckField, NumberField, PasswordField, RadioGroup, SelectField, SubmitButton, SwitchField, TextField } from "../kit/form.js";
import { SearchField } from "../kit/search-field.js";
import { StarField } from "../kit/stars.js";
import { ThemeField } from "../kit/theme-field.js";
import { Sample } from "./sample.js";

const NONE = () => {};

export function Fields() {
  const [text, setText] = useState("Solar system");
  const [role, setRole] = useState("teacher");
  const [pace, setPace] = useState("one");
  const [agreed, setAgreed] = useState(true);
  return html`
    <div class="samples">
      <${Sample} name="Text">
        <${TextField} label="Title" value=${text} onChange=${setText} hint="Shown in the catalogue." />
        <${TextField} label="Address" value="ada@" onChange=${NONE} error="This is no e-mail address." />
        <${TextField} label="Description" value="" onChange=${NONE} multiline />
        <${PasswordField} label="Password" value="secret" onChange=${NONE} />
      <//>
      <${Sample} name="Choices">
        <${SelectField} label="Level" value="b" onChange=${NONE} options=${[["a", "Beginner"], ["b", "Advanced"]]} hint="Of those who take it." />
        <${RadioGroup} label="Shown" value=${pace} onChange=${setPace} options=${[{ value: "all", label: "All at once" }, { value: "one", label: "One by one", hint: "As in an exam." }, { value: "none", label: "Not at all", disabled: true }]} />
        <${CheckField} label="Shuffle the questions" checked=${agreed} onChange=${setAgreed} />
        <${SubmitButton} busy=${false}>Save<//>
        <${SubmitButton} busy=${true}>Saving<//>
      <//>
      <${Sample} name="Numbers, ratings, switches, search"><${More} /><//>
      <${Sample} name="Choices that are explained">
        <${RadioGroup} cards label="You are" value=${role} onChange=${setRole} options=${[{ value: "student", label: "Learning", hint: "Join quizzes, take courses." }, { value: "teacher", label: "Teaching", hint: "Make courses and quizzes." }]} />
        <${RadioGroup} label="Level" value="" onChange=${NONE} error="Choose one." options=${[{ value: "a", label: "Beginner" }, { value: "b", label: "Advanced" }]} />
      <//>
      <${Sample} name="Theme"><${ThemeField} /><//>
      <${Sample} name="Date and time"><${Times} /><//>
      <${Sample} name="Files"><${Files} /><//>
    </div>
  `;
}

function More() {
  const [share, setShare] = useState(/** @type {number | null} */ (0.5));
  const [points, setPoints] = useState(/** @type {number | null} */ (3));
  const [stars, setStars] = useState(/** @type {number | null} */ (4));
  const [quiet, setQuiet] = useState(false);
  const [sought, setSought] = useState("Ada");
  return html`
    <${NumberField} label="Time" unit="s" value=${points} onChange=${setPoints} min=${1} max=${60} hint="From 1 to 60." />
    <${NumberField} label="Tolerance" value=${share} onChange=${setShare} step="any" />
    <p data-share>${share ?? "none"}</p>
    <${StarField} label="Your rating" value=${stars} onChange=${setStars} />
    <${SwitchField} label="Quiet mode" hint="No sounds." checked=${quiet} onChange=${setQuiet} />
    <${SearchField} label="Find people" value=${sought} onSearch=${setSought} found=${sought && "3 found"} />
  `;
}

function Times() {
  const [moment, setMoment] = useState(/** @type {string | null} */ ("2027-03-27T14:00:00.000Z"));
  return html`
    <${DateTimeField} label="Opens" value=${moment} onChange=${setMoment} zone="Europe/Berlin" />
    <p data-moment>${moment ?? "none"}</p>
    <${DateTimeField} label="The same in Kathmandu" value=${moment} onChange=${setMoment} zone="Asia/Kathmandu" />
    <${DateTimeField} label="Closes" value=${null} onChange=${NONE} error="This is needed." />
  `;
}

function Files() {
  const [names, setNames] = useState("");
  return html`
    <${FileDrop} label="Import questions" accept=".gift,.txt" maxBytes=${512 * 1024} hint="GIFT, as Moodle exports it." onFiles=${(/** @type {File[]} */ files) => setNames(files.map(({ name }) => name).join(", "))} />
    <p data-files>${names}</p>
    <div><${FileButton} text="Choose it again" label="Choose the file again" onFiles=${NONE} /></div>
    <${FileDrop} label="Pictures" accept="image/*" multiple maxBytes=${5 * 1024 ** 2} progress=${0.6} onFiles=${NONE} />
  `;
}
