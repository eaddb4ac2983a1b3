// The control characters that move cursors, change titles and fill clipboards; tab and line feed are
// what text is made of, and a carriage return belongs to a line end only.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const PICTURES = 0x2400; // the block of pictures of control characters
const RETURN = "\r"; // left out: of a line end nobody misses it, alone it would hide what stands before
const DELETE = 0x7f;
const PICTURE_OF_DELETE = "\u2421";
const REPLACEMENT = "\ufffd";

const MOST_UNITS = 8; // of UTF-16 for a column
const MARK = /^\p{Mark}$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/**
 * Text of others for a terminal: control characters are shown and do nothing. A model may be talked into
 * writing escape sequences.
 */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => {
    if (control === RETURN) return "";
    const code = control.charCodeAt(0);
    if (code === DELETE) return PICTURE_OF_DELETE;
    return code < DELETE ? String.fromCharCode(PICTURES + code) : REPLACEMENT;
  });
}

/** The same in one line, cut where it is wider than `width` columns; spaces are one space. */
export function snippet(text: string, width: number): string {
  const beginning = text.slice(0, MOST_UNITS * width); // bounded work
  const line = visible(beginning.replace(/\s+/g, " "));
  let columns = 0;
  let end = 0; // of what leaves room for the ellipsis
  let length = 0;
  for (const character of line) {
    columns += widthOf(character);
    if (columns > width) return `${line.slice(0, end)}…`;
    length += character.length;
    if (columns < width) end = length;
  }
  return beginning.length < text.length ? `${line.slice(0, end)}…` : line;
}

function widthOf(character: string): number {
  if (WIDE.test(character)) return 2;
  return MARK.test(character) ? 0 : 1;
}
