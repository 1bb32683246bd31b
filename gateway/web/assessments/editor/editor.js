// The editor of a quiz that has been read.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { useMedia } from "../../app/media.js";
import { go, setQuery } from "../../app/router.js";
import { randomId } from "../../app/storage.js";
import { loadStyles } from "../../app/styles.js";
import { Icon } from "../../kit/icon.js";
import { Menu } from "../../kit/menu.js";
import { moved } from "../../kit/sortable.js";
import { Empty } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { emptyForm } from "./form.js";
import { lacksOf } from "./input.js";
import { PoolLine, poolsIn } from "./pool-line.js";
import { QuestionForm } from "./question-form.js";
import { AddMenu, QuestionList, nameOf } from "./question-list.js";
import { SaveState } from "./save-state.js";
import { ShortcutsDialog, useShortcuts } from "./shortcuts.js";

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./workspace.js").Workspace} Workspace
 * @typedef {import("./workspace.js").State} State
 */

const BANK = () => import("./bank.js").then(({ BankDialog }) => BankDialog);
const CONFLICT = () => import("./conflicts.js").then(({ QuestionConflict }) => QuestionConflict);
const CONFLICTS = () => import("./conflicts.js").then(({ SettingConflicts }) => SettingConflicts);
const EXPORT = () => import("./export.js").then(({ ExportDialog }) => ExportDialog);
const IMPORT = () => import("./import.js").then(({ ImportDialog }) => ImportDialog);
/** Where the list takes the place of what it leads to. */
const NARROW = "(max-width: 899px)";
/** Players' own pages draw it, with their own looks. */
const PREVIEW = async () => {
  const styles = loadStyles("assessments/live/live.css");
  const { Preview } = await withWords(["live"], () => import("./preview.js"));
  await styles;
  return Preview;
};
const POOLS = () => import("./pools.js").then(({ PoolsDialog }) => PoolsDialog);
const SETTINGS = () => import("./settings.js").then(({ SettingsForm }) => SettingsForm);

/**
 * @param {object} properties
 * @param {Workspace} properties.workspace
 * @param {State} properties.state
 * @param {import("./settings-form.js").LoadedQuiz} properties.quiz
 * @param {URLSearchParams} properties.query
 */
export function Editor({ workspace, state, quiz, query }) {
  const [dialog, setDialog] = useState(/** @type {"" | "shortcuts" | "import" | "export" | "bank" | "pools"} */ (query.get("open") === "import" ? "import" : ""));
  const { questions, settings } = state.work;
  const view = useSelection(state, query, useMedia(NARROW));
  const closeImport = () => {
    setDialog("");
    if (query.has("open")) setQuery({ open: null }); // it began with a file, and a reload is no new beginning
  };
  const isNew = query.has("open") && questions.length === 0; // made for a file
  const undo = () => {
    closeImport();
    import("./discard-new.js").then(({ discardNew }) => discardNew({ ...quiz, revision: state.base?.revision ?? quiz.revision }), () => {});
  };
  const deeds = useDeeds(workspace, state, view);
  useShortcuts({ ...deeds, save: workspace.save, undo: () => workspace.step("undo"), redo: () => workspace.step("redo"), help: () => setDialog("shortcuts") });
  const pools = poolsIn(state);
  const disputes = new Set(state.conflicts.map(({ key }) => key));
  const addressOf = (/** @type {Form} */ form) => `/quizzes/${quiz.id}/edit?question=${idOf(state, form.key)}`;
  const { course } = quiz;
  const saved = (/** @type {"export" | "pools"} */ next) => async () => {
    await workspace.save();
    setDialog(next);
  };
  return html`
    <div class="quiz-editor" data-view=${view.isChosen ? "one" : "all"}>
      <header class="editor-head stack">
        <div class="row">
          <div class="grow">
            <p class="muted"><a href=${`/courses/${course.id}/edit`} dir="auto">${course.title}</a> · <span dir="auto">${quiz.lesson.title}</span></p>
            <h1 dir="auto">${settings.title || t("quiz.untitled_quiz")}</h1>
          </div>
          <${SaveState} state=${state} retry=${workspace.save} />
          <div class="row">
            <button type="button" class="icon" aria-label=${t("quiz.undo")} title=${t("quiz.undo")} aria-disabled=${state.history.past.length === 0 ? "true" : undefined} onClick=${() => workspace.step("undo")}><${Icon} name="undo" /></button>
            <button type="button" class="icon" aria-label=${t("quiz.redo")} title=${t("quiz.redo")} aria-disabled=${state.history.future.length === 0 ? "true" : undefined} onClick=${() => workspace.step("redo")}><${Icon} name="redo" /></button>
            <${Menu} label=${t("quiz.more")} button=${html`<${Icon} name="more" />`} classes="icon" items=${[
              { label: t("quiz.import"), onSelect: () => setDialog("import") },
              { label: t("quiz.bank"), onSelect: () => setDialog("bank") },
              { label: t("quiz.export"), onSelect: saved("export") },
              { label: t("quiz.pools"), onSelect: saved("pools") },
              { label: t("quiz.access"), onSelect: () => go(`/quizzes/${quiz.id}/access`) },
              { label: t("quiz.watch_attempts"), onSelect: () => go(`/quizzes/${quiz.id}/watch`) },
              { label: t("quiz.grade"), onSelect: () => go(`/quizzes/${quiz.id}/grading`) },
              { label: t("quiz.shortcuts"), onSelect: () => setDialog("shortcuts") },
            ]} />
            <a class="button primary" href=${`/quizzes/${quiz.id}/start`}>${t("quiz.start_game")}</a>
          </div>
        </div>
      </header>
      <div class="editor-panes-3">
        <nav class="editor-side stack" aria-label=${t("quiz.questions")}>
          <a class="question-link settings-link" href=${`/quizzes/${quiz.id}/edit?view=settings`} aria-current=${view.isSettings ? "true" : undefined}>
            <${Icon} name="settings" /> <span class="grow">${t("quiz.settings")}</span>
          </a>
          <${QuestionList} questions=${questions} selected=${view.form?.key ?? null} addressOf=${addressOf} poolOf=${(/** @type {string} */ key) => pools.get(key)?.name} isIncomplete=${(/** @type {string} */ key) => isIncomplete(state, key) || Boolean(pools.get(key)?.problem)} isDisputed=${(/** @type {string} */ key) => disputes.has(key)} onMove=${deeds.move} onAdd=${deeds.add} />
        </nav>
        ${!view.isList && html`<section class="editor-main stack" aria-labelledby="editor-part">
          <p class="only-narrow"><a href=${`/quizzes/${quiz.id}/edit`}>${t("quiz.all_questions")}</a></p>
          ${view.isSettings ? html`<${SettingsPart} workspace=${workspace} state=${state} />` : view.form ? html`<${QuestionPart} key=${view.form.key} workspace=${workspace} state=${state} form=${view.form} deeds=${deeds} />` : html`<h2 id="editor-part" class="sr-only" tabindex="-1">${t("quiz.questions")}</h2><${Empty} title=${t("quiz.no_questions")} text=${t("quiz.no_questions_text")}><${AddMenu} onAdd=${deeds.add} /><//>`}
        </section>`}
        ${view.form && !view.isSettings && !view.isList && html`<aside class="editor-preview-side"><${Later} load=${PREVIEW} whenSeen form=${view.form} index=${questions.indexOf(view.form)} total=${questions.length} /></aside>`}
      </div>
      ${dialog === "import" && html`<${Later} load=${IMPORT} quizId=${quiz.id} onAdded=${workspace.refresh} onClose=${closeImport} onCancel=${isNew ? undo : undefined} />`}
      ${dialog === "export" && html`<${Later} load=${EXPORT} quizId=${quiz.id} title=${settings.title} onClose=${() => setDialog("")} />`}
      ${dialog === "bank" && html`<${Later} load=${BANK} quizId=${quiz.id} onAdded=${workspace.refresh} onClose=${() => setDialog("")} />`}
      ${dialog === "pools" && html`<${Later} load=${POOLS} quizId=${quiz.id} onSaved=${workspace.refresh} onClose=${() => setDialog("")} />`}
      ${dialog === "shortcuts" && html`<${ShortcutsDialog} onClose=${() => setDialog("")} />`}
    </div>
  `;
}

/** @param {{ workspace: Workspace, state: State }} properties */
function SettingsPart({ workspace, state }) {
  const change = (/** @type {string} */ tag, /** @type {Partial<State["work"]["settings"]>} */ part) => workspace.change(tag && `setting ${tag}`, (work) => ({ ...work, settings: { ...work.settings, ...part } }));
  const conflicts = state.conflicts.filter((conflict) => conflict.kind === "setting");
  const faulty = [...poolsIn(state).values()].find(({ problem }) => problem !== null);
  return html`
    <h2 id="editor-part" tabindex="-1">${t("quiz.settings")}</h2>
    <${PoolLine} pool=${faulty} />
    ${conflicts.length > 0 && html`<${Later} load=${CONFLICTS} conflicts=${conflicts} settings=${state.work.settings} decide=${workspace.decide} />`}
    <${Later} load=${SETTINGS} settings=${state.work.settings} change=${change} failure=${state.refused.settings?.failure ?? null} />
  `;
}

/** @param {{ workspace: Workspace, state: State, form: Form, deeds: ReturnType<typeof useDeeds> }} properties */
function QuestionPart({ workspace, state, form, deeds }) {
  const { questions } = state.work;
  const change = (/** @type {string} */ tag, /** @type {Partial<Form>} */ part) =>
    workspace.change(tag && `${form.key} ${tag}`, (work) => ({ ...work, questions: work.questions.map((each) => (each.key === form.key ? { ...each, ...part } : each)) }));
  const conflict = state.conflicts.find((each) => each.kind === "question" && each.key === form.key);
  const refused = state.refused[form.key];
  const pool = poolsIn(state).get(form.key);
  return html`
    <div class="row">
      <h2 id="editor-part" class="grow" tabindex="-1">${t("quiz.question_of", { number: questions.indexOf(form) + 1, total: questions.length })}</h2>
      <button type="button" class="small" onClick=${deeds.duplicate}>${t("quiz.duplicate")}</button>
      <button type="button" class="small danger" onClick=${deeds.remove}>${t("quiz.delete")}</button>
    </div>
    ${conflict && html`<${Later} load=${CONFLICT} conflict=${conflict} mine=${form} decide=${workspace.decide} />`}
    <${PoolLine} pool=${pool} />
    <${QuestionForm} uneven=${pool?.problem === "quiz.pool_uneven"} quizId=${state.quiz?.id ?? ""} form=${form} change=${change} lacks=${lacksOf(form)} failure=${refused?.form === form ? refused.failure : null} />
  `;
}

/**
 * What is shown beside the list, by the address. The focus follows, once it changes.
 * @param {State} state
 * @param {URLSearchParams} query
 * @param {boolean} isNarrow
 */
function useSelection(state, query, isNarrow) {
  const { questions } = state.work;
  const [name, isSettings] = [query.get("question"), query.get("view") === "settings"];
  const key = state.base?.questions.find(({ id }) => id === name)?.key ?? name;
  const chosen = questions.find((form) => form.key === key);
  const form = isSettings ? null : chosen ?? questions[0] ?? null;
  const id = form && chosen ? idOf(state, form.key) : null;
  useEffect(() => {
    if (id !== null && id !== name) setQuery({ question: id }); // an address for later too
  }, [id, name]);
  const isChosen = isSettings || chosen !== undefined;
  const isList = isNarrow && !isChosen && questions.length > 0;
  const what = isSettings ? "settings" : isList ? "" : form?.key ?? "";
  const last = useRef(what);
  const focus = useRef(/** @type {"heading" | "text"} */ ("heading"));
  useLayoutEffect(() => {
    if (last.current === what) return;
    last.current = what;
    const text = focus.current === "text" ? document.querySelector(".editor-main textarea") : null;
    focus.current = "heading";
    const target = text ?? document.getElementById("editor-part");
    if (target instanceof HTMLElement) target.focus();
  }, [what]);
  return { form, isSettings, isChosen, isList, focus };
}

/**
 * What is done with whole questions, by buttons and by keys.
 * @param {Workspace} workspace
 * @param {State} state
 * @param {ReturnType<typeof useSelection>} view
 */
function useDeeds(workspace, state, view) {
  const { questions } = state.work;
  const at = view.form ? questions.indexOf(view.form) : -1;
  const select = (/** @type {string} */ key) => setQuery({ question: idOf(state, key), view: null }, { replace: false });
  const put = (/** @type {Form[]} */ next) => workspace.change("", (work) => ({ ...work, questions: next }));
  const insert = (/** @type {Form} */ form) => {
    put(questions.toSpliced(at + 1 || questions.length, 0, form));
    view.focus.current = "text";
    select(form.key);
  };
  const move = (/** @type {number} */ from, /** @type {number} */ to) => put(moved(questions, from, to));
  const to = (/** @type {number} */ index) => questions[index] && select(questions[index].key);
  const remove = () => {
    const gone = view.form;
    if (!gone) return;
    const neighbour = questions[at + 1] ?? questions[at - 1];
    put(questions.filter((form) => form !== gone));
    go(neighbour ? `${location.pathname}?question=${idOf(state, neighbour.key)}` : location.pathname, { replace: true });
    toast(t("quiz.deleted", { name: nameOf(gone) }), { undo: () => workspace.change("", (work) => ({ ...work, questions: work.questions.toSpliced(at, 0, gone) })) });
  };
  return {
    add: (/** @type {import("./form.js").QuestionType} */ type) => insert(emptyForm(randomId(), type)),
    addSame: () => insert(emptyForm(randomId(), view.form?.type ?? "MULTIPLE_CHOICE")),
    duplicate: () => view.form && insert({ ...view.form, key: randomId() }),
    remove,
    move,
    next: () => to(at + 1),
    previous: () => to(at - 1),
    moveDown: () => at >= 0 && at + 1 < questions.length && move(at, at + 1),
    moveUp: () => at > 0 && move(at, at - 1),
  };
}

/** The id of the server, once there is one. @param {State} state @param {string} key */
function idOf(state, key) {
  return state.base?.questions.find((saved) => saved.key === key)?.id ?? key;
}

/**
 * By what one sees, or else by what the server says of what it has.
 * @param {State} state
 * @param {string} key
 */
function isIncomplete(state, key) {
  const form = state.work.questions.find((each) => each.key === key);
  if (!form || lacksOf(form).length > 0) return form !== undefined;
  const saved = state.base?.questions.find((each) => each.key === key);
  return saved !== undefined && saved.form === form && saved.problems.length > 0;
}
