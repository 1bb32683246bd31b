// What few questions or people need: fetched when it is drawn, or before.

/** @satisfies {Record<string, () => Promise<(properties: any) => any>>} */
export const LATER = {
  aloud: () => import("./read-aloud.js").then(({ ReadAloud }) => ReadAloud),
  number: () => import("./number-answer.js").then(({ NumberAnswer }) => NumberAnswer),
  order: () => import("./order-answer.js").then(({ OrderAnswer }) => OrderAnswer),
  picture: () => import("./places.js").then(({ MarkedPicture }) => MarkedPicture),
  places: () => import("./places-answer.js").then(({ PlacesAnswer }) => PlacesAnswer),
};

/** While the network is there, for questions that come when it may not be. */
export function fetchFields() {
  for (const load of Object.values(LATER)) load().catch(() => undefined);
}
