import { dirname, posix } from "node:path";

/** Where the files are that are no pages of the site. */
export const REPOSITORY = "https://github.com/millrace/millrace";

/**
 * A link of a page, as it is written for readers of the repository, as the site needs it.
 *
 * The folder of a package becomes its guide, a source file what the reference says of it, and any other
 * file outside of `docs/` a page of the repository. Links between pages stay.
 */
export function siteLink(href: string, page: string, places: Record<string, string>): string {
  if (/^([a-z][a-z+.-]*:|#|\/)/i.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const target = posix.join("docs", dirname(page), path).replace(/\/$/, "");
  const behind = anchor === undefined ? "" : `#${anchor}`;
  if (/^docs(\/[^.]*|\/.*\.md)?$/.test(target)) {
    const file = path.endsWith(".md") ? path : `${path.replace(/\/$/, "")}/README.md`;
    return file.replace(/(^|\/)README\.md$/, "$1index.md") + behind;
  }
  const own = /^packages\/([^/]+)$/.exec(target)?.[1];
  if (own !== undefined) return `/guides/${own}`;
  const place = places[target];
  if (place !== undefined) return `/reference/${place}`;
  return `${REPOSITORY}/blob/main/${target}${behind}`;
}
