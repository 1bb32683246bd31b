// All questions of the courses that one teaches: found again, tagged together, and copied into a quiz.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { setQuery } from "../../app/router.js";
import { SelectField } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { BANK_COURSES, MY_QUESTIONS, MY_TAGS } from "./documents.js";
import { QuestionLine } from "./question-line.js";

const COPY = () => import("./copy-dialog.js").then(({ CopyDialog }) => CopyDialog);
const TAG = () => import("./tag-dialog.js").then(({ TagDialog }) => TagDialog);
/** As many as are changed together. */
const MAX_CHOSEN = 100;
const TYPES = /** @type {const} */ (["MULTIPLE_CHOICE", "TRUE_FALSE", "SHORT_ANSWER", "FILL_BLANK", "MATCHING", "NUMERIC", "ORDERING", "HOTSPOT", "ESSAY"]);
const DIFFICULTIES = /** @type {const} */ (["EASY", "MEDIUM", "HARD"]);
const FILTERS = ["text", "type", "difficulty", "course", "tag"];

/** @typedef {import("./documents.js").MyQuestionsQuery["myQuestions"]["nodes"][number]} Found */

/** @param {{ query: URLSearchParams }} properties */
export default function BankPage({ query }) {
  const [dialog, setDialog] = useState(/** @type {"" | "tag" | "copy"} */ (""));
  const [chosen, setChosen] = useState(/** @type {readonly string[]} */ ([]));
  const pages = usePages(MY_QUESTIONS, { filter: filterOf(query) }, ({ myQuestions }) => myQuestions);
  const tags = useQuery(MY_TAGS, {});
  const isFiltered = FILTERS.some((name) => query.get(name));
  const choose = (/** @type {string} */ id, /** @type {boolean} */ on) => setChosen((before) => (on ? [...before, id] : before.filter((each) => each !== id)));
  const done = () => {
    setDialog("");
    setChosen([]);
    pages.reload();
    tags.reload();
  };
  return html`
    <div class="medium stack">
      <h1>${t("nav.bank")}</h1>
      <p class="muted">${t("bank.about")}</p>
      <${Filters} query=${query} total=${pages.total} tags=${tags.data?.myQuestionTags ?? []} />
      <section class="card stack" aria-labelledby="found">
        <h2 id="found" class="sr-only">${t("nav.bank")}</h2>
        <${Loaded} query=${pages} lines=${8}>
          ${() =>
            pages.nodes.length === 0
              ? html`<${Empty} title=${t(isFiltered ? "bank.nothing" : "bank.empty")} text=${t(isFiltered ? "bank.nothing_text" : "bank.empty_text")} />`
              : html`
                  <${Chosen} chosen=${chosen} shown=${pages.nodes} onChosen=${setChosen} onOpen=${setDialog} />
                  <ul class="lines">${pages.nodes.map((/** @type {Found} */ found) => html`<${QuestionLine} key=${found.id} found=${found} chosen=${chosen.includes(found.id)} onChoose=${choose} />`)}</ul>
                  <${LoadMore} pages=${pages} />
                `}
        <//>
      </section>
      ${dialog === "tag" && html`<${Later} load=${TAG} questionIds=${chosen} onDone=${done} onClose=${() => setDialog("")} />`}
      ${dialog === "copy" && html`<${Later} load=${COPY} questionIds=${chosen} onDone=${done} onClose=${() => setDialog("")} />`}
    </div>
  `;
}

/** @param {URLSearchParams} query @returns {import("./documents.js").MyQuestionsQueryVariables["filter"]} */
function filterOf(query) {
  const of = (/** @type {string} */ name) => query.get(name) || null;
  return { text: of("text"), type: /** @type {any} */ (of("type")), difficulty: /** @type {any} */ (of("difficulty")), courseId: of("course"), tag: of("tag") };
}

/** @param {{ query: URLSearchParams, total: number | null, tags: readonly { tag: string, questions: number }[] }} properties */
function Filters({ query, total, tags }) {
  const { data } = useQuery(BANK_COURSES, {});
  const any = /** @type {[string, string]} */ (["", t("bank.any")]);
  const field = (/** @type {import("../../app/locale.js").Word} */ label, /** @type {string} */ name, /** @type {[string, string][]} */ options) =>
    html`<${SelectField} label=${t(label)} value=${query.get(name) ?? ""} options=${[any, ...options]} onChange=${(/** @type {string} */ value) => setQuery({ [name]: value || null }, {})} />`;
  const tag = query.get("tag");
  const listed = tags.map((each) => /** @type {[string, string]} */ ([each.tag, t("bank.tag_count", { tag: each.tag, count: each.questions })]));
  if (tag && !tags.some((each) => each.tag === tag)) listed.push([tag, tag]); // of an address from elsewhere
  return html`
    <${SearchField} label=${t("bank.search")} value=${query.get("text") ?? ""} onSearch=${(/** @type {string} */ text) => setQuery({ text: text || null }, {})} found=${total === null ? "" : t("bank.found", { count: total })} />
    <div class="bank-filters">
      ${field("bank.type", "type", TYPES.map((each) => [each, t(`enums.question_type.${each}`)]))}
      ${field("bank.difficulty", "difficulty", DIFFICULTIES.map((each) => [each, t(`enums.question_difficulty.${each}`)]))}
      ${field("bank.course", "course", (data?.myCourses.nodes ?? []).map(({ id, title }) => [id, title]))}
      ${field("bank.tag", "tag", listed)}
    </div>
  `;
}

/**
 * What is done with those that are chosen.
 * @param {object} properties
 * @param {readonly string[]} properties.chosen
 * @param {readonly Found[]} properties.shown
 * @param {(ids: readonly string[]) => void} properties.onChosen
 * @param {(dialog: "tag" | "copy") => void} properties.onOpen
 */
function Chosen({ chosen, shown, onChosen, onOpen }) {
  const isNone = chosen.length === 0;
  const isTooMany = chosen.length > MAX_CHOSEN;
  const open = (/** @type {"tag" | "copy"} */ dialog) => () => !isNone && !isTooMany && onOpen(dialog);
  const disabled = isNone || isTooMany ? "true" : undefined;
  return html`
    <div class="row">
      <p class="grow" role="status">${t("bank.chosen", { count: chosen.length })} ${isTooMany && t("bank.too_many")}</p>
      <button type="button" class="small" onClick=${() => onChosen(isNone ? shown.map(({ id }) => id) : [])}>${t(isNone ? "bank.choose_all" : "bank.choose_none")}</button>
      <button type="button" class="small" aria-disabled=${disabled} onClick=${open("tag")}>${t("bank.tag_them")}</button>
      <button type="button" class="small" aria-disabled=${disabled} onClick=${open("copy")}>${t("bank.copy_them")}</button>
    </div>
  `;
}
