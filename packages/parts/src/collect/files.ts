import type { FilePart } from "../part.ts";

/** The files of an answer: a later one of the same id replaces the earlier, pieces are joined. */
export interface Files {
  add(file: FilePart): void;
  list(): FilePart[];
}

export function gatherFiles(): Files {
  const entries: FilePart[][] = []; // each a file, or the pieces of one
  const places = new Map<string, number>();

  return {
    add(file) {
      const place = file.id === undefined ? undefined : places.get(file.id);
      const known = place === undefined ? undefined : entries[place];
      if (place !== undefined && file.delta === true && known?.[0]?.delta === true) {
        known.push(file);
      } else if (place !== undefined && known?.[0]?.preliminary === true) entries[place] = [file];
      else {
        if (file.id !== undefined) places.set(file.id, entries.length);
        entries.push([file]);
      }
    },
    list: () => entries.map(joined),
  };
}

function joined(pieces: FilePart[]): FilePart {
  const { delta, ...file } = pieces[0]!;
  if (delta !== true || file.data.type === "url") return pieces[0]!;
  const texts = pieces.map(({ data }) => (data.type === "data" ? data.data : ""));
  return { ...file, data: { type: "data", data: joinBase64(texts) } };
}

/** Each text may end in padding of its own. */
function joinBase64(texts: string[]): string {
  try {
    return btoa(texts.map((text) => atob(text)).join(""));
  } catch {
    return texts.join(""); // it is no Base64: nobody could decode it either way
  }
}
