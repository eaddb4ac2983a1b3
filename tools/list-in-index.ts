import { parse } from "./modules.ts";

/** The text of an `index.ts` with one more line, before the first that lists a module behind it. */
export function listInIndex(text: string, module: string, line: string): string {
  const behind = parse("index.ts", text).statements.find(
    (statement) => moduleOf(statement.getText()) > module,
  );
  const at = behind?.getStart() ?? text.length;
  return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
}

function moduleOf(statement: string): string {
  return /from "\.\/(.+)"/.exec(statement)?.[1] ?? "";
}
