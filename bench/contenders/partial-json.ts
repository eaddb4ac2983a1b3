import { partialJson } from "@millrace/parsers";
import { article } from "../inputs/article.ts";
import { asReceived } from "../inputs/chunks.ts";
import { drawInteger, random } from "../inputs/random.ts";
import type { Contender, Sink, Target } from "../src/workload.ts";

const SHORTEST_DELTA = 4;
const LONGEST_DELTA = 12;

export function articleText(length: number): string {
  return JSON.stringify(article(length));
}

/** The least that there is to do. */
export function reference(chunks: readonly string[]): Contender {
  return {
    name: "touching each character, then JSON.parse",
    run(sink) {
      let text = "";
      let spaces = 0;
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; at++) if (chunk.charCodeAt(at) === 32) spaces++;
        text += chunk;
      }
      if (spaces > 0) answer(JSON.parse(text), sink);
    },
  };
}

export function drafts(
  name: string,
  chunks: readonly string[],
  options: { live?: boolean },
  targets: Target[],
): Contender {
  return {
    name,
    targets,
    run(sink) {
      let value: unknown;
      drive(partialJson(options), chunks, (draft) => {
        value = draft.value;
      });
      answer(value, sink);
    },
  };
}

export function drive<O>(
  stage: {
    start: (emit: (output: O) => void) => { push: (chunk: string) => void; flush: () => void };
  },
  chunks: readonly string[],
  take: (output: O) => void,
): void {
  const machine = stage.start(take);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

/** A few of the texts in the value, so that comparing costs nothing that is measured. */
export function answer(value: unknown, sink: Sink): void {
  const { title, pages, records, sections } = value as Partial<Record<string, string | object[]>>;
  if (typeof title === "string") sink(title);
  for (const list of [pages, records, sections]) {
    if (Array.isArray(list)) sink(JSON.stringify(list.at(-1)));
  }
}

export function deltasOf(text: string): string[] {
  const draw = random(9);
  const deltas: string[] = [];
  for (let from = 0; from < text.length; from += deltas.at(-1)!.length) {
    const length = drawInteger(draw, SHORTEST_DELTA, LONGEST_DELTA);
    deltas.push(asReceived(text.slice(from, from + length)));
  }
  return deltas;
}
