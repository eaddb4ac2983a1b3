import { drawInteger, pick, random } from "./random.ts";

const WORDS =
  "the water turns a wheel and stones grind grain into flour while people wait at mills near rivers that never rest because rain falls on hills far away from any town".split(
    " ",
  );
const SENTENCE_ENDS = [".", ".", ".", "!", "?"];

/** English sentences that every rule cuts at the same places: no abbreviations, no quotes. */
export function prose(length: number): string {
  const draw = random(3);
  let text = "";
  while (text.length < length) {
    const words = Array.from({ length: drawInteger(draw, 4, 20) }, () => pick(draw, WORDS));
    const sentence = words.join(" ");
    text += `${text && " "}${sentence[0]!.toUpperCase()}${sentence.slice(1)}${pick(draw, SENTENCE_ENDS)}`;
  }
  return text;
}

/** Lines of about `lineLength` characters; the last one has no end. */
export function proseLines(length: number, lineLength: number): string {
  const draw = random(4);
  const text = prose(length);
  const lines: string[] = [];
  for (let from = 0; from < text.length;) {
    const to = from + drawInteger(draw, lineLength * 0.5, lineLength * 1.5);
    lines.push(text.slice(from, to));
    from = to;
  }
  return lines.join("\n");
}
