/** The lines of a Markdown text, with those of its code blocks blank, and its code spans too. */
export function withoutCode(text: string, { inline = true } = {}): string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) {
      fence = mark;
      return "";
    }
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined;
      return "";
    }
    return inline ? line.replace(/`[^`]*`/g, "") : line;
  });
}

/** The anchor that a heading gets, as GitHub makes it, before it is counted. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}
