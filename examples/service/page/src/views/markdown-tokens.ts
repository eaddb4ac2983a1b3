import { html, nothing, type TemplateResult } from "lit-html";
import { lexer, type Token, type Tokens } from "marked";
import { coloured } from "./code.ts";

const HIGHEST = 3; // of headings: those above are the page's own
const DEEPEST = 6;

const MOST_NESTED = 64; // nobody writes deeper, and each level is a few calls in a call

/**
 * A block of Markdown as `marked` reads it, without a word of HTML from the model; as its text where
 * it is nested so deeply that it would take the page with it.
 */
export function drawn(text: string): unknown {
  try {
    const tokens = lexer(text);
    return isShallow(tokens) ? blockTokens(tokens) : text;
  } catch {
    return text; // too deep for `marked` itself
  }
}

function isShallow(tokens: readonly Token[]): boolean {
  let level = tokens;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_NESTED) return false;
    level = level.flatMap((token) => {
      const { tokens = [], items = [] } = token as Partial<Tokens.List & Tokens.Paragraph>;
      return [...tokens, ...items];
    });
  }
  return true;
}

function blockTokens(tokens: readonly Token[]): unknown[] {
  return tokens.map(blockToken);
}

function blockToken(token: Token): unknown {
  const known = token as Tokens.Generic;
  switch (token.type) {
    case "space":
    case "def":
      return nothing;
    case "heading": {
      // Most models begin with their second level.
      const { depth } = token as Tokens.Heading;
      const level = Math.min(DEEPEST, Math.max(HIGHEST, depth + 1));
      return html`<p role="heading" aria-level=${level} class="heading">
        ${inlines(known.tokens)}
      </p>`;
    }
    case "paragraph":
      return html`<p>${inlines(known.tokens)}</p>`;
    case "code": {
      const { text, lang = "" } = token as Tokens.Code;
      return coloured(text, lang.split(/\s/)[0] ?? "");
    }
    case "blockquote":
      return html`<blockquote>${blockTokens(known.tokens ?? [])}</blockquote>`;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "hr":
      return html`<hr />`;
    case "checkbox": // of a list's item
      return box(token as Tokens.Checkbox);
    case "text": // of a list's item
      return known.tokens === undefined ? known.raw : inlines(known.tokens);
    default:
      return html`<p>${token.raw}</p>`;
  }
}

function list({ ordered, start, items }: Tokens.List): TemplateResult {
  const inside = items.map(({ tokens }) => html`<li>${blockTokens(tokens)}</li>`);
  return ordered
    ? html`<ol start=${start === "" ? 1 : start}>
        ${inside}
      </ol>`
    : html`<ul>
        ${inside}
      </ul>`;
}

function table({ header, rows }: Tokens.Table): TemplateResult {
  return html`
    <table>
      <thead>
        <tr>
          ${header.map(({ tokens, align }) => html`<th scope="col" data-align=${align ?? "left"}>${inlines(tokens)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(({ tokens, align }) => html`<td data-align=${align ?? "left"}>${inlines(tokens)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  `;
}

function inlines(tokens: readonly Token[] = []): unknown[] {
  return tokens.map(inline);
}

function inline(token: Token): unknown {
  const { tokens, raw, text } = token as Tokens.Generic & { text: string };
  switch (token.type) {
    case "strong":
      return html`<strong>${inlines(tokens)}</strong>`;
    case "em":
      return html`<em>${inlines(tokens)}</em>`;
    case "del":
      return html`<del>${inlines(tokens)}</del>`;
    case "codespan":
      return html`<code>${text}</code>`;
    case "br":
      return html`<br />`;
    case "checkbox":
      return box(token as Tokens.Checkbox);
    case "link":
      return link((token as Tokens.Link).href, inlines(tokens));
    case "escape":
      return text;
    case "text":
      return tokens === undefined ? raw : inlines(tokens);
    default: // HTML and images stay what they are: text
      return raw;
  }
}

/** Nothing to click: the answer is only shown. */
function box({ checked }: Tokens.Checkbox): string {
  return checked ? "☑ " : "☐ ";
}

/** A model's link leads to the web, or nowhere. */
function link(href: string, content: unknown): unknown {
  const isSafe = URL.canParse(href) && ["http:", "https:"].includes(new URL(href).protocol);
  return isSafe
    ? html`<a href=${href} rel="noreferrer noopener" target="_blank">${content}</a>`
    : content;
}
