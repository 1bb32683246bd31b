// Resources by their folders, which are names and nothing else.

/**
 * @template {{ folder: string }} Resource
 * @param {readonly Resource[]} resources In the order of the server: by folder, then by title.
 * @returns {{ folder: string, resources: Resource[] }[]} What is in no folder comes first.
 */
export function byFolder(resources) {
  /** @type {Map<string, Resource[]>} */
  const folders = new Map();
  for (const resource of resources) folders.set(resource.folder, [...(folders.get(resource.folder) ?? []), resource]);
  const found = [...folders].map(([folder, inside]) => ({ folder, resources: inside }));
  return [...found.filter(({ folder }) => folder === ""), ...found.filter(({ folder }) => folder !== "")];
}

/** The names of the folders. @param {readonly { folder: string }[]} resources */
export function foldersOf(resources) {
  return [...new Set(resources.map(({ folder }) => folder))].filter(Boolean);
}
