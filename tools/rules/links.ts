import { posix } from "node:path";
import { slugOf, withoutCode } from "../markdown.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Workspace } from "../workspace.ts";

const LINK = /\]\(\s*<?([^()\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/g;

export const links: Rule = {
  statement: "Links between Markdown files lead somewhere",
  check: (workspace) =>
    workspace.files
      .filter((file) => file.endsWith(".md") && !file.includes("/fixtures/"))
      .flatMap((file) => checkFile(workspace, file)),
};

function checkFile(workspace: Workspace, file: string): Finding[] {
  return withoutCode(workspace.read(file)).flatMap((text, index) =>
    [...text.matchAll(LINK)].flatMap(([, inline, reference]) => {
      const target = inline ?? reference ?? "";
      const message = problem(workspace, file, target);
      return message === undefined ? [] : [{ file, line: index + 1, message }];
    }),
  );
}

function problem(workspace: Workspace, file: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined; // elsewhere
  const [path = "", anchor] = decodeURI(target).split("#");
  const other = path === "" ? file : posix.join(posix.dirname(file), path).replace(/\/$/, "");
  const found = resolve(workspace, other);
  if (found === undefined) return `the link to ${target} leads nowhere: there is no ${other}`;
  if (anchor === undefined || anchor === "" || !found.endsWith(".md")) return undefined;
  const anchors = anchorsOf(workspace.read(found));
  return anchors.has(anchor) ? undefined : `${found} has no heading for #${anchor}`;
}

/** The file or folder that a link means; a page of the site may leave `.md` out. */
function resolve({ files, has }: Workspace, path: string): string | undefined {
  if (has(path)) return path;
  if (has(`${path}.md`)) return `${path}.md`;
  return path === "." || files.some((file) => file.startsWith(`${path}/`)) ? path : undefined;
}

/** The anchors that a page's headings get. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const line of withoutCode(text, { inline: false })) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${String(count)}`);
  }
  for (const [, id] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id ?? "");
  return anchors;
}
