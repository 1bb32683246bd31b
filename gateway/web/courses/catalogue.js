// The courses that everybody may find. What is searched for stands in the address.

import { html } from "../app/html.js";
import { formatNumber, language, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { setQuery } from "../app/router.js";
import { Chip } from "../kit/chip.js";
import { Cover } from "../kit/cover.js";
import { SelectField } from "../kit/form.js";
import { LoadMore, usePages } from "../kit/pager.js";
import { SearchField } from "../kit/search-field.js";
import { Stars } from "../kit/stars.js";
import { Empty, Loaded } from "../kit/states.js";
import { excerpt } from "../text/written.js";
import { CATALOGUE, CATEGORIES } from "./documents.js";
import { DIFFICULTIES, isFull, priceText, studentsText } from "./wording.js";

/** @typedef {import("./documents.js").CatalogueQuery["courses"]["nodes"][number]} Course */

const SORTS = /** @type {const} */ (["NEWEST", "POPULAR", "RATING", "TITLE", "PRICE"]);

/** @param {{ query: URLSearchParams }} properties */
export default function Catalogue({ query }) {
  const wanted = wantedBy(query);
  const courses = usePages(CATALOGUE, variablesOf(wanted), (data) => data.courses);
  const categories = useQuery(CATEGORIES, {});
  const isFiltered = Boolean(wanted.text || wanted.category || wanted.difficulty || wanted.price);
  const found = courses.data === null ? "" : t("courses.found", { count: courses.total ?? 0 });
  return html`
    <div class="wide stack">
      <h1>${t("nav.courses")}</h1>
      <${SearchField} label=${t("courses.find")} value=${wanted.text} onSearch=${(/** @type {string} */ q) => setQuery({ q })} found=${found} />
      <${Filters} wanted=${wanted} categories=${categories.data?.courseCategories ?? []} />
      ${isFiltered && courses.nodes.length > 0 && html`<p><a class="button small" href="/courses">${t("courses.show_all")}</a></p>`}
      <${Loaded} query=${courses}>
        ${() => html`
          ${courses.nodes.length === 0
            ? html`<div class="card"><${Empty} title=${t(isFiltered ? "courses.none_found" : "courses.none_published")} text=${t(isFiltered ? "courses.none_found_text" : "courses.none_published_text")}>${isFiltered && html`<p><a class="button" href="/courses">${t("courses.show_all")}</a></p>`}<//></div>`
            : html`<ul class="course-cards">${courses.nodes.map((course) => html`<${CourseCard} key=${course.id} course=${course} />`)}</ul>`}
          <${LoadMore} pages=${courses} />
        `}
      <//>
    </div>
  `;
}

/**
 * @typedef {{ text: string, category: string, difficulty: typeof DIFFICULTIES[number] | null, price: "free" | "paid" | "", sort: typeof SORTS[number] }} Wanted
 * @param {URLSearchParams} query
 * @returns {Wanted} What it does not know is left out.
 */
function wantedBy(query) {
  const price = query.get("price");
  return {
    text: (query.get("q") ?? "").slice(0, 200),
    category: query.get("category") ?? "",
    difficulty: DIFFICULTIES.find((each) => each === query.get("difficulty")) ?? null,
    price: price === "free" || price === "paid" ? price : "",
    sort: SORTS.find((each) => each === query.get("sort")) ?? "NEWEST",
  };
}

/** @param {Wanted} wanted */
function variablesOf({ text, category, difficulty, price, sort }) {
  return { filter: { title: text || null, category: category || null, difficulty, free: price ? price === "free" : null }, sort };
}

/** @param {{ wanted: Wanted, categories: readonly { name: string, courses: number }[] }} properties */
function Filters({ wanted, categories }) {
  const set = (/** @type {string} */ name) => (/** @type {string} */ value) => setQuery({ [name]: value }, { replace: false });
  const byName = new Intl.Collator(language.get());
  /** @type {[string, string][]} */
  const known = [...categories].sort((one, other) => byName.compare(one.name, other.name)).map(({ name, courses }) => [name, `${name} (${formatNumber(courses)})`]);
  if (wanted.category && !categories.some(({ name }) => name === wanted.category)) known.unshift([wanted.category, wanted.category]);
  /** @type {[string, string][]} */
  const any = [["", t("courses.any")]];
  return html`
    <div class="filters">
      <${SelectField} label=${t("courses.category")} value=${wanted.category} onChange=${set("category")} options=${[...any, ...known]} />
      <${SelectField} label=${t("courses.difficulty")} value=${wanted.difficulty ?? ""} onChange=${set("difficulty")} options=${[...any, ...DIFFICULTIES.map((each) => [each, t(`enums.difficulty.${each}`)])]} />
      <${SelectField} label=${t("courses.price")} value=${wanted.price} onChange=${set("price")} options=${[...any, ["free", t("courses.free")], ["paid", t("courses.paid")]]} />
      <${SelectField} label=${t("kit.sort")} value=${wanted.sort} onChange=${set("sort")} options=${SORTS.map((each) => [each, t(`enums.course_sort.${each}`)])} />
    </div>
  `;
}

/** @param {{ course: Course }} properties */
function CourseCard({ course }) {
  const { myEnrollment: enrollment } = course;
  const isIn = enrollment && enrollment.removedAt === null && enrollment.status !== "DROPPED" ? enrollment : null;
  return html`
    <li class="card course-card">
      <${Cover} title=${course.title} url=${course.thumbnailUrl} alt=${course.thumbnailAlt} />
      <h2 class="card-title"><a class="whole-card" dir="auto" href=${`/courses/${course.id}`}>${course.title}</a></h2>
      <p class="muted"><span dir="auto">${course.instructor.profile.fullName}</span></p>
      ${isIn && html`<p><${Chip} kind="good">${t(isIn.status === "COMPLETED" ? "courses.completed" : "courses.enrolled_here")}<//></p>`}
      <p><span dir="auto">${excerpt(course.description)}</span></p>
      <p class="row course-facts">
        <span class="chip"><span class="ellipsis" dir="auto">${course.category}</span></span>
        <span class="chip">${t(`enums.difficulty.${course.difficulty}`)}</span>
        <span class="chip brandy">${priceText(course.price)}</span>
        ${isFull(course) && html`<span class="chip warn">${t("courses.full")}</span>`}
      </p>
      <p class="row"><${Stars} value=${course.averageRating} count=${course.totalReviews} /> <span class="muted">${studentsText(course)}</span></p>
    </li>
  `;
}
