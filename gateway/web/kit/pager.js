// Long lists, a page at a time.
//
//   const people = usePages(PEOPLE, { filter }, (data) => data.users);
//   <${Loaded} query=${people}>${() => html`… people.nodes … <${LoadMore} pages=${people} />`}<//>

import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../app/announcer.js";
import { Failure } from "../app/graphql.js";
import { html } from "../app/html.js";
import { failureText, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { request } from "../app/session.js";

/**
 * @template Node
 * @typedef {{ nodes: readonly Node[], pageInfo: { hasNextPage: boolean, endCursor?: string | null }, totalCount?: number | null }} Connection
 */

/**
 * @template Result, Node
 * @typedef {import("../app/query.js").Query<Result> & { nodes: readonly Node[], more: boolean, total: number | null, loadMore: () => Promise<void>, loadingMore: boolean, moreFailed: Failure | null }} Pages
 */

/**
 * The pages of a connection, from its first. The document takes `$after`.
 * @template Result, Variables, Node
 * @param {import("../app/graphql.js").Document<Result, Variables>} document
 * @param {Omit<Variables, "after">} variables Other ones begin anew.
 * @param {(data: Result) => Connection<Node>} connectionOf
 * @returns {Pages<Result, Node>}
 */
export function usePages(document, variables, connectionOf) {
  const query = useQuery(document, /** @type {Variables} */ ({ ...variables, after: null }));
  const { data } = query;
  const [state, setState] = useState(/** @type {{ first: Result | null, further: Connection<Node>[], loading: boolean, failed: Failure | null }} */ ({ first: null, further: [], loading: false, failed: null }));
  // Further pages belong to the first one that they were fetched behind.
  const current = state.first === data ? state : { first: data, further: [], loading: false, failed: null };
  const newest = useRef(data);
  useEffect(() => {
    newest.current = data;
  }, [data]);
  const first = data === null ? null : connectionOf(data);
  const last = current.further.at(-1) ?? first;
  const after = last?.pageInfo.endCursor ?? null;
  const busy = useRef(false);

  const loadMore = async () => {
    if (busy.current || after === null) return;
    busy.current = true;
    const show = (/** @type {Partial<typeof state>} */ next) => setState({ ...current, ...next });
    show({ loading: true, failed: null });
    try {
      const page = connectionOf(await request(document, /** @type {Variables} */ ({ ...variables, after }), {}));
      if (newest.current !== data) return;
      show({ further: [...current.further, page], loading: false, failed: null });
      announce(t("kit.more_loaded", { count: page.nodes.length }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (newest.current === data) show({ failed: error, loading: false });
    } finally {
      busy.current = false;
    }
  };

  return {
    ...query,
    nodes: [...(first?.nodes ?? []), ...current.further.flatMap(({ nodes }) => nodes)],
    more: last?.pageInfo.hasNextPage ?? false,
    total: first?.totalCount ?? null,
    loadMore,
    loadingMore: current.loading,
    moreFailed: current.failed,
  };
}

/** A button below what is there, and how much that is. @param {{ pages: Pages<any, any> }} properties */
export function LoadMore({ pages: { nodes, more, total, loadMore, loadingMore, moreFailed } }) {
  const shown = total !== null && nodes.length > 0 ? t("kit.shown_of", { shown: nodes.length, total }) : "";
  if (!more && !shown) return null;
  return html`
    <div class="load-more">
      <p class="muted">${shown}</p>
      ${moreFailed && html`<p class="error" role="alert">${failureText(moreFailed)}</p>`}
      ${more && html`<button type="button" aria-disabled=${loadingMore ? "true" : undefined} onClick=${loadMore}>${t(moreFailed ? "kit.retry" : "kit.load_more")}${loadingMore && html`<span class="spinner" aria-hidden="true"></span>`}</button>`}
    </div>
  `;
}
