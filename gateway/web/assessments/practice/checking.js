// Answers on their way to the server and back. One that could not be sent waits for the connection.

import { useCallback, useEffect, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { useDraft } from "../../app/draft.js";
import { Failure, online } from "../../app/graphql.js";
import { t } from "../../app/locale.js";
import { useStore } from "../../app/store.js";
import { answered, begin, judged, next, suited } from "./progress.js";
import { asked, inputOf } from "./questions.js";

/**
 * @typedef {import("./progress.js").Progress} Progress
 * @typedef {import("./questions.js").Played} Played
 *
 * @typedef {object} Practice
 * @property {Progress} progress
 * @property {Failure | null} failure Why the answer was not checked.
 * @property {boolean} offline
 * @property {(given: import("../live/wire.js").Answer) => void} give
 * @property {() => void} proceed
 * @property {() => void} restart
 */

/** @param {import("./progress.js").Checked} checked */
export function outcomeWord({ correct, share }) {
  return correct ? "live.right" : share > 0 ? "live.partly" : "live.wrong";
}

/**
 * Progress is kept in this browser, an answer without its outcome too.
 * @param {import("./sources.js").Source} source
 * @param {import("./questions.js").Choice} choice
 * @param {Played[]} questions
 * @returns {Practice}
 */
export function usePractice(source, choice, questions) {
  const indices = questions.map(({ index }) => index);
  const [kept, change] = useDraft(`practice/${source.id}/${choice}`, begin(indices));
  const progress = suited(kept, indices);
  const [failure, setFailure] = useState(/** @type {Failure | null} */ (null));
  const isOnline = useStore(online);
  const { given, checked, queue, tries } = progress;
  const latest = JSON.stringify([queue[0], tries]);

  useEffect(() => {
    const played = questions.find(({ index }) => index === queue[0]);
    if (given === null || checked !== null || !played || !isOnline) return undefined;
    const controller = new AbortController();
    const answer = inputOf(asked(source.id, played, tries), given);
    setFailure(null);
    source
      .check(played, answer, controller.signal)
      .then((found) => {
        if (controller.signal.aborted) return;
        change(judged(progress, found));
        announce(t(outcomeWord(found)));
      })
      .catch((error) => {
        if (controller.signal.aborted) return;
        if (!(error instanceof Failure)) throw error;
        if (error.unanswered) return; // it is sent again when there is a connection
        setFailure(error);
        change(answered(progress, null));
      });
    return () => controller.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- which question, which try and whether it is answered are all that it depends on
  }, [latest, given === null, checked === null, isOnline]);

  const give = useCallback((/** @type {import("../live/wire.js").Answer} */ answer) => change(answered(progress, answer)), [change, progress]);
  return { progress, failure, offline: !isOnline, give, proceed: () => change(next(progress)), restart: () => change(begin(indices)) };
}
