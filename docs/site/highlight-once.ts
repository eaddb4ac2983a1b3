import type { MarkdownRenderer } from "vitepress";

/** A page is rendered for the server, for browsers and for the search: its code is coloured once for all. */
export function highlightOnce({ options }: MarkdownRenderer): void {
  const { highlight } = options;
  if (highlight == null) return;
  const known = new Map<string, string>();
  options.highlight = (...code) => {
    const key = JSON.stringify(code);
    const html = known.get(key) ?? highlight(...code);
    known.set(key, html);
    return html;
  };
}
