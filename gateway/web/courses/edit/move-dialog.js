// A lesson goes to the end of another module; there it is moved like the others.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { MOVE_LESSON } from "../documents.js";

/** @param {{ course: import("./curriculum.js").Course, lesson: import("./curriculum.js").Lesson, reload: () => Promise<void>, onClose: () => void }} properties */
export function MoveDialog({ course, lesson, reload, onClose }) {
  const others = course.modules.filter(({ lessons }) => !lessons.some(({ id }) => id === lesson.id));
  const [moduleId, setModuleId] = useState(others[0]?.id ?? "");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await request(MOVE_LESSON, { lessonId: lesson.id, moduleId }, { repeatable: true });
    await reload();
    toast(t("courses.moved_to", { title: lesson.title, module: others.find(({ id }) => id === moduleId)?.title ?? "" }));
    onClose();
  });
  return html`
    <${Dialog} title=${t("courses.move_title", { title: lesson.title })} size="small" onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        <${SelectField} label=${t("courses.to_module")} hint=${t("courses.move_hint")} value=${moduleId} onChange=${setModuleId} options=${others.map(({ id, title }) => [id, title])} error=${errorOf("moduleId")} />
        <${FormError} failure=${failure} shownFields=${["moduleId"]} />
        <${SubmitButton} busy=${busy}>${t("courses.move")}<//>
      </form>
    <//>
  `;
}
