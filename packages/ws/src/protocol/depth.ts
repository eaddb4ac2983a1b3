const QUOTE = '"';
const BACKSLASH = "\\";

/**
 * Whether the arrays and objects of a JSON text stand deeper in each other than so much, told before
 * they are built. A text too short to be so deep costs nothing; a string is leapt over.
 */
export function isDeeper(json: string, most: number): boolean {
  if (json.length <= most) return false;
  let depth = 0;
  for (let index = 0; index < json.length; index++) {
    switch (json[index]) {
      case "[":
      case "{":
        if (++depth > most) return true;
        break;
      case "]":
      case "}":
        depth--;
        break;
      case QUOTE:
        index = endOfString(json, index + 1);
        break;
    }
  }
  return false;
}

/** Where the string ends that begins here: its quote, or the end of the text. */
function endOfString(json: string, begin: number): number {
  for (let from = begin; ;) {
    const quote = json.indexOf(QUOTE, from);
    if (quote < 0) return json.length;
    let first = quote; // of the backslashes before it
    while (first > begin && json[first - 1] === BACKSLASH) first--;
    if ((quote - first) % 2 === 0) return quote;
    from = quote + 1;
  }
}
