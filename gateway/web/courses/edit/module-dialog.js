// The title of a module, what it says of itself, and which module comes before it.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { useVersioned } from "../../app/versioned.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { keptForm, sourceOf } from "../../text/written.js";
import { ADD_MODULE, UPDATE_MODULE } from "../documents.js";
import { Restored } from "../restored.js";
import { gone, readCourse } from "./reading.js";

const FIELDS = ["title", "description", "prerequisiteModuleId"];

/**
 * @typedef {import("./curriculum.js").Course} Course
 * @typedef {import("./curriculum.js").Module} Module
 * @typedef {{ title: string, description: string, needs: string }} ModuleValues
 * @typedef {{ course: Course, page: import("./page.js").TabProperties["page"], onClose: () => void }} Properties
 */

/** @type {Record<keyof ModuleValues, import("../../app/locale.js").Word>} */
const WORDS = { title: "courses.title", description: "courses.module_description", needs: "courses.module_needs" };

/** @param {Properties & { module: Module | null }} properties `module` is null for a new one. */
export function ModuleDialog({ module, ...properties }) {
  return html`
    <${Dialog} title=${t(module ? "courses.edit_module" : "courses.add_module")} onClose=${properties.onClose}>
      ${module ? html`<${Changed} ...${properties} module=${module} />` : html`<${Added} ...${properties} />`}
    <//>
  `;
}

/** @param {Module | undefined} module */
function stateOf(module) {
  if (!module) throw gone();
  return { values: { title: module.title, description: sourceOf(module.description ?? ""), needs: module.prerequisite?.id ?? "" }, revision: module.revision };
}

/** @param {Properties & { module: Module }} properties */
function Changed({ course, module, page, onClose }) {
  const read = async () => stateOf((await readCourse(course.id, page)).modules.find(({ id }) => id === module.id));
  const form = useVersioned(`module.${module.id}`, stateOf(module), read);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const isSaved = await form.send((changes, expectedRevision) => request(UPDATE_MODULE, { id: module.id, input: inputOf(changes), expectedRevision }, { repeatable: true }));
    if (!isSaved) return;
    await page.reload();
    form.discard();
    toast(t("users.saved"));
    onClose();
  });
  const textOf = (/** @type {string} */ value, /** @type {{ name: keyof ModuleValues }} */ { name }) => (name === "needs" ? course.modules.find(({ id }) => id === value)?.title ?? "" : value);
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${Restored} shown=${form.restored} discard=${form.discard} />
      <${ModuleFields} course=${course} own=${module.id} values=${form.values} change=${form.change} errorOf=${errorOf} />
      <${Versions} conflicts=${form.conflicts} wordOf=${(/** @type {{ name: keyof ModuleValues }} */ { name }) => t(WORDS[name])} textOf=${textOf} decide=${form.decide} />
      <${FormError} failure=${failure} shownFields=${FIELDS} />
      <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
    </form>
  `;
}

/** @param {Properties} properties */
function Added({ course, page, onClose }) {
  const [draft, setDraft, { restored, discard }] = useDraft(`module.new.${course.id}`, { title: "", description: "", needs: "", key: randomId() });
  const change = (/** @type {Partial<ModuleValues>} */ part) => setDraft((before) => ({ ...before, ...part, key: randomId() }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    setDraft(draft);
    await request(ADD_MODULE, { courseId: course.id, input: { ...inputOf(draft), title: draft.title }, idempotencyKey: draft.key }, { repeatable: true });
    await page.reload();
    discard();
    toast(t("users.saved"));
    onClose();
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${Restored} shown=${restored} discard=${discard} />
      <${ModuleFields} course=${course} own="" values=${draft} change=${change} errorOf=${errorOf} />
      <${FormError} failure=${failure} shownFields=${FIELDS} />
      <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
    </form>
  `;
}

/** @param {{ course: Course, own: string, values: ModuleValues, change: (part: Partial<ModuleValues>) => void, errorOf: (field: string) => string }} properties */
function ModuleFields({ course, own, values, change, errorOf }) {
  /** @type {[string, string][]} */
  const others = course.modules.filter(({ id }) => id !== own).map(({ id, title }) => [id, title]);
  return html`
    <${TextField} label=${t("courses.title")} value=${values.title} onChange=${(/** @type {string} */ title) => change({ title })} error=${errorOf("title")} name="title" required maxlength="255" autocomplete="off" />
    <${TextField} multiline label=${t("courses.module_description")} value=${values.description} onChange=${(/** @type {string} */ description) => change({ description })} error=${errorOf("description")} />
    ${others.length > 0 && html`<${SelectField} label=${t("courses.module_needs")} hint=${t("courses.module_needs_hint")} value=${values.needs} onChange=${(/** @type {string} */ needs) => change({ needs })} options=${[["", t("courses.nothing_before")], ...others]} error=${errorOf("prerequisiteModuleId")} />`}
  `;
}

/** As a mutation takes it. @param {Partial<ModuleValues>} values */
function inputOf({ title, description, needs }) {
  /** @type {import("../documents.js").UpdateModuleMutationVariables["input"]} */
  const input = {};
  if (title !== undefined) input.title = title;
  if (description !== undefined) input.description = keptForm(description); // an empty one empties it
  if (needs !== undefined) input.prerequisiteModuleId = needs || null;
  return input;
}
