/**
 * One link reference definition with the end of its line: label, destination, perhaps a title. Lines
 * keep the white space at their beginning, which counts for nothing.
 */
const DEFINITION =
  /[ \t]*\[((?:[^\\[\]]|\\[^])*)\]: *(?:\n[ \t]*)?(?:<(?:[^<>\n\\]|\\[^\n])*>|(?!<)([^ \t\n\v\f\r]+))(?:(?: +(?:\n[ \t]*)?|\n[ \t]*)(?:"(?:[^\\"]|\\[^])*"|'(?:[^\\']|\\[^])*'|\((?:[^\\()]|\\[^])*\)))? *\n/y;
const LONGEST_LABEL = 999;
const ESCAPED = /\\[!-/:-@[-`{-~]/g;
const NOT_A_PARENTHESIS = /[^()]+/g;

/** Whether a paragraph's text, each line with its LF, is nothing but link reference definitions. */
export function isDefinitions(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    DEFINITION.lastIndex = at;
    const match = DEFINITION.exec(text);
    if (match === null) return false;
    const [, label = "", destination = ""] = match;
    if (label.length > LONGEST_LABEL || label.trim() === "" || !isBalanced(destination)) {
      return false;
    }
    at = DEFINITION.lastIndex;
  }
  return true;
}

function isBalanced(destination: string): boolean {
  let open = 0;
  for (const parenthesis of destination.replace(ESCAPED, "").replace(NOT_A_PARENTHESIS, "")) {
    open += parenthesis === "(" ? 1 : -1;
    if (open < 0) return false;
  }
  return open === 0;
}
