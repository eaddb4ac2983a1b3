import type { Part } from "@millrace/parts";
import { answers, tokens } from "@millrace/testing/replay";
import { expect, test } from "vitest";
import { startReader, type Reading } from "./reading.ts";

const { reasoning, text, toolCalls } = answers.tour;

function read(text: string): Reading {
  return readAll([
    { type: "text-start", id: "t" },
    ...tokens(text).map((delta): Part => ({ type: "text-delta", id: "t", delta })),
    { type: "text-end", id: "t" },
  ]);
}

function readAll(parts: readonly Part[]): Reading {
  const { reading, push, flush } = startReader();
  for (const part of parts) push(part);
  flush();
  return reading;
}

test("Words, sentences and blocks each join to the text", () => {
  const { words, sentences, blocks } = read(text);
  expect(words.join("")).toBe(text);
  expect(sentences.join("")).toBe(text);
  expect(blocks.map((block) => block.text).join("")).toBe(text);
  expect(blocks.every(({ closed }) => closed)).toBe(true);
});

test("Fenced JSON is a tree beside the code that it is", () => {
  const { code, json } = read(text);
  expect(code.map(({ lang, closed }) => [lang, closed])).toEqual([
    ["ts", true],
    ["json", true],
  ]);
  expect(json).toEqual([
    { name: "Block 2", value: JSON.parse(code[1]!.text) as unknown, complete: true },
  ]);
});

test("An answer that is JSON and nothing else is a tree, too", () => {
  expect(read('{"mill": [1, 2]}').json).toEqual([
    { name: "The answer", value: { mill: [1, 2] }, complete: true },
  ]);
});

test("A bracket in the middle of an answer is none", () => {
  expect(read("So it is {here}.").json).toEqual([]);
});

test("JSON that is none stays as far as it had come, and says why", () => {
  const [tree] = read('```json\n{"a": 1, "b": oops}\n```\n').json;
  expect(tree).toMatchObject({ value: { a: 1 }, complete: false });
  expect(tree?.problem).toMatch(/^Cannot /);
});

test("The input of a tool grows under the name of the tool", () => {
  const [{ id, name, arguments: input }] = toolCalls;
  const deltas = tokens(input);
  const parts: Part[] = [
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: reasoning },
    { type: "tool-input-start", id, toolName: name },
    ...deltas.map((delta): Part => ({ type: "tool-input-delta", id, delta })),
  ];
  const half = readAll(parts.slice(0, -2));
  expect(half.tools).toMatchObject([{ name, complete: false }]);
  const whole = readAll(parts);
  expect(whole.tools).toEqual([{ name, value: JSON.parse(input) as unknown, complete: true }]);
  expect(whole.reasoning).toBe(reasoning);
});
