import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { siteLink } from "./repository.ts";

const docs = join(import.meta.dirname, "..");
const written = join(docs, ".generated", "places.json");
const places = (existsSync(written) ? JSON.parse(readFileSync(written, "utf8")) : {}) as Record<
  string,
  string
>;

/** Links that hold in the repository lead to pages of the site; drawings become part of the page. */
export function usePages(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("pages", ({ tokens, env }) => {
    const { relativePath } = env as { relativePath: string };
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet("href");
      if (token.type === "link_open" && href !== null) {
        token.attrSet("href", siteLink(href, relativePath, places));
      }
      if (token.type === "code_inline") token.attrSet("v-pre", ""); // `{{` is no template here
      const picture = token.type === "image" ? token.attrGet("src") : null;
      if (picture?.endsWith(".svg") === true) {
        token.type = "html_inline";
        token.content = drawing(join(docs, dirname(relativePath), picture), token.content);
      }
    }
  });
}

/**
 * The drawing itself, so that it follows the theme of the page. Its own styles are for where it is an image
 * and only the system's theme is known.
 */
function drawing(file: string, description: string): string {
  const label = description.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return readFileSync(file, "utf8")
    .replace(/<style>.*?<\/style>/s, "")
    .replace("<svg ", `<svg class="drawing" role="img" aria-label="${label}" `)
    .replace(/\n\s*/g, " ");
}
