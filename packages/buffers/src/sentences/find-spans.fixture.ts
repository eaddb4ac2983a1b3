/** A piece of text in which no sentence ends. */
export interface WholeSpan {
  from: number;
  to: number;
  kind: "code" | "block" | "tag" | "broken";
}

const IN_WORD = /(?!\ufe0f|[\u3040-\u9fff\uac00-\ud7af])[\p{L}\p{M}\p{N}]$/u;
const LINE_BEGINS = /(?:^|\n)[ \t>*_#(+-]*$/;
const BLANK_LINE = /\n\s*?\n/;
const TAG = /<[a-z/](?:[\w:/ \t-]|=(?:"[^"\n]*"|'[^'\n]*')?)*/iy;

/** A tag, or what may become one. */
export const MAYBE_TAG =
  /^<(?:$|[a-z/](?:[\w:/ \t-]|=(?:"[^"\n]*(?:"|$)|'[^'\n]*(?:'|$))?)*(?:>|$))/i;

/** Code spans, fenced blocks and tags, by regular expressions over a text that is all there. */
export function findSpans(text: string): WholeSpan[] {
  const spans: WholeSpan[] = [];
  for (let at = 0; at < text.length; at++) {
    const span = text[at] === "<" ? tagAt(text, at) : codeAt(text, at);
    if (span === undefined) continue;
    spans.push(span);
    at = Math.max(at, span.to - 1);
  }
  return spans;
}

function tagAt(text: string, from: number): WholeSpan | undefined {
  TAG.lastIndex = from;
  if (!TAG.test(text)) return undefined;
  const to = TAG.lastIndex;
  if (text[to] === ">") return { from, to: to + 1, kind: "tag" };
  const quoted = /^["'][^\n]*/.exec(text.slice(to))?.[0] ?? "";
  return { from, to: to + (text[to - 1] === "=" ? quoted.length : 0), kind: "broken" };
}

function codeAt(text: string, from: number): WholeSpan | undefined {
  const before = text.slice(0, from);
  const atLineBegin = LINE_BEGINS.test(before.slice(-24));
  const fence = /^(?:`+|~{3,})/.exec(text.slice(from))?.[0];
  if (
    fence === undefined ||
    (fence.startsWith("`") ? IN_WORD.test(before) : !/(?:^|\n)[ \t]*$/.test(before))
  ) {
    return undefined;
  }
  const inside = from + fence.length;
  const rest = text.slice(inside);
  const mark = fence.charAt(0);
  const mayBeBlock = atLineBegin && fence.length >= 3;
  const end = (mayBeBlock ? /\n/ : BLANK_LINE).exec(rest);
  const spanned = end === null ? rest : rest.slice(0, end.index);
  const closing = new RegExp(`(?<!${mark})${fence}(?!${mark})`).exec(spanned);
  if (closing !== null && closing.index > 0) {
    return { from, to: inside + closing.index + fence.length, kind: "code" };
  }
  if (end === null) return { from, to: text.length, kind: "broken" };
  if (!mayBeBlock) return { from, to: inside + end.index + end[0].length - 1, kind: "broken" };
  const last = new RegExp(`\\n\\s*${fence}${mark}*`).exec(rest);
  const to = last === null ? text.length : inside + last.index + last[0].length;
  return { from, to, kind: last === null ? "broken" : "block" };
}

const HIDDEN = "\ue000";
const MARK = /[.．…!?‽‼⁇⁈⁉\u037e。！？｡؟۔।॥။។៕։።፧፨᠃᠉,:–،؛\u0387;—、，；：﹑､፣፤፥]/g;
const ENDER = /[.．…!?‽‼⁇⁈⁉\u037e。！？｡؟۔।॥။។៕։።፧፨᠃᠉]/g;

/** The text with everything hidden that ends no sentence because it stands in a span. */
export function hideSpans(text: string, spans: readonly WholeSpan[]): string {
  let hidden = text;
  for (const { from, to, kind } of spans) {
    const inside = text.slice(from + 1, to);
    const edge = /^(?:`+|~+)/.exec(text.slice(from))?.[0].length ?? 1;
    let cover = HIDDEN.repeat(inside.length);
    if (kind === "broken") cover = inside.replaceAll(MARK, HIDDEN);
    if (kind === "tag") cover = `${cover.slice(1)}>`;
    // A mark at the end of code counts like one before a quotation mark.
    if (kind === "code" && text.charAt(to - edge - 1).search(ENDER) === 0) {
      cover = `${cover.slice(0, -edge - 1)}.${"'".repeat(edge)}`;
    }
    hidden = hidden.slice(0, from + 1) + cover + hidden.slice(to);
  }
  return hidden;
}
