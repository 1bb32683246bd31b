// A resource's file, which the browser saves. Its link is asked for when it is needed, since it expires.

import { Failure } from "../app/graphql.js";
import { failureText } from "../app/locale.js";
import { request } from "../app/session.js";
import { useSubmit } from "../kit/form.js";
import { toast } from "../kit/toast.js";
import { RESOURCE_LINK } from "./documents.js";

/**
 * @param {string} resourceId
 * @param {number | null} [version] The newest without it.
 */
export function useDownload(resourceId, version = null) {
  return useSubmit(async () => {
    try {
      const { resourceLink } = await request(RESOURCE_LINK, { resourceId, version });
      save(resourceLink.url);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(failureText(error), { kind: "bad" });
    }
  });
}

/** @param {string} url It says itself that it is to be saved, and by which name. */
function save(url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.rel = "noopener";
  document.body.append(link);
  link.click();
  link.remove();
}
