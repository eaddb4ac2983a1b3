import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "oxfmt";

const TEMPLATES = join(import.meta.dirname, "templates");
const { printWidth } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../.oxfmtrc.json"), "utf8"),
) as { printWidth: number };
const SUFFIX = ".txt"; // so that no program takes a template for a module
const KEBAB_CASE = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;

export interface TemplateOptions {
  /** A folder of `templates/`. */
  template: string;
  /** What is called otherwise, in kebab case: names in the template, and those to be. */
  names: Readonly<Record<string, string>>;
  /** Where the files go. */
  folder: string;
}

/**
 * Writes the files of a template under other names, each in all the ways that a name is written; gives
 * their paths. Throws for a name that is none, and rather than write over anything.
 */
export async function fillTemplate(options: TemplateOptions): Promise<string[]> {
  const { template, names, folder } = options;
  const source = join(TEMPLATES, template);
  const renames = Object.entries(names).flatMap(([from, to]) => {
    if (!KEBAB_CASE.test(to)) throw new Error(`"${to}" is no name in kebab case, like lm-studio`);
    const spelled = spellings(to);
    return spellings(from).map((spelling, index) => [spelling, spelled[index]!] as const);
  });
  const renamed = (text: string) =>
    renames.reduce((all, [from, to]) => all.replaceAll(from, to), text);

  const files = readdirSync(source).map((file) => ({
    path: join(folder, renamed(file.slice(0, -SUFFIX.length))),
    text: renamed(readFileSync(join(source, file), "utf8")),
  }));
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined) throw new Error(`${taken.path} is there already`);
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of files) await writeFormatted(path, text);
  return files.map(({ path }) => path);
}

/** Names of another length break lines elsewhere. */
export async function writeFormatted(path: string, text: string): Promise<void> {
  const { code } = await format(path, text, { printWidth });
  writeFileSync(path, code);
}

/** `lm-studio` as it stands in files, values, types and sentences: `lmStudio`, `LmStudio`, `Lm Studio`. */
function spellings(name: string): string[] {
  const words = name.split("-");
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const pascal = capitals.join("");
  const camel = name.charAt(0) + pascal.slice(1);
  return [name, camel, pascal, capitals.join(" "), words.join(" ")];
}
