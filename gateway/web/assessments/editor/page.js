// The quiz editor: questions at the side, one of them to be written, and what players will see of it.

import { useEffect, useMemo } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useLeaveGuard } from "../../app/draft.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Failed, Loading } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { Editor } from "./editor.js";
import { forbidden, teaches } from "./teaching.js";
import { createWorkspace } from "./workspace.js";

/** Whoever goes away and comes back finds the history too. @type {{ name: string, workspace: import("./workspace.js").Workspace } | null} */
let last = null;

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function QuizEditorPage({ params, query }) {
  const workspace = useMemo(() => opened(params.id), [params.id]);
  const state = useStore(workspace.store);
  const { user } = useStore(session);
  useEffect(() => {
    workspace.load();
    const leave = workspace.attend();
    return () => leave().then(() => workspace.isUnsaved() && workspace.store.get().kept && toast(t("quiz.kept_on_leaving")));
  }, [workspace]);
  useLeaveGuard(!state.kept && state.saving !== "saved");

  if (state.base === null || state.quiz === null) return state.unread ? html`<div class="medium"><${Failed} failure=${state.unread} retry=${workspace.load} /></div>` : html`<div class="wide"><${Loading} lines=${8} /></div>`;
  if (!teaches(state.quiz, user)) return html`<div class="medium"><${Failed} failure=${forbidden()} /></div>`;
  return html`<${Editor} workspace=${workspace} state=${state} quiz=${state.quiz} query=${query} />`;
}

/** @param {string} quizId */
function opened(quizId) {
  const name = `${session.get().user?.id}/${quizId}`;
  if (last?.name !== name) last = { name, workspace: createWorkspace(quizId) };
  return last.workspace;
}
