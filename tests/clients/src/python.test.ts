import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { pipe, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { anthropicFormat, encodeAnthropic } from "@millrace/providers/anthropic";
import { encodeOpenaiChat, openaiChatFormat } from "@millrace/providers/openai-chat";
import { encodeOpenaiResponses, openaiResponsesFormat } from "@millrace/providers/openai-responses";
import type { SseFormat, SseMessage } from "@millrace/sse";
import { afterAll, describe, expect, test } from "vitest";
import { BEGUN, CALLING, finish, SORRY } from "./answers.ts";
import { serveFormat } from "./serve-format.ts";

// The official SDKs for Python, over real HTTP, with our encoders as the providers.

interface Format {
  encode: () => Stage<Part, string | SseMessage>;
  format: SseFormat;
  finish: string;
}

const FORMATS: Record<string, Format> = {
  chat: { encode: () => encodeOpenaiChat(), format: openaiChatFormat, finish: "tool_calls" },
  responses: {
    encode: () => encodeOpenaiResponses(),
    format: openaiResponsesFormat,
    finish: "completed",
  },
  messages: { encode: () => encodeAnthropic(), format: anthropicFormat, finish: "tool_use" },
};

const PYTHON = process.env["MILLRACE_PYTHON"] ?? "python3";
const isThere = spawnSync(PYTHON, ["-c", "import anthropic, openai"]).status === 0;
if (!isThere) {
  console.warn(
    `openai and anthropic for Python are NOT tested: ${PYTHON} does not find them. Install them ` +
      "(pip install -r tests/clients/requirements.txt), or set MILLRACE_PYTHON.",
  );
}

const ANSWERS: Record<string, readonly Part[]> = {
  whole: CALLING,
  failed: [...BEGUN, SORRY, finish("error")],
  "cut off": BEGUN,
};

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

describe.skipIf(!isThere)("for Python", async () => {
  const told = isThere ? await readAll() : new Map<string, unknown>();

  describe.each(Object.entries(FORMATS))("%s", (name, { finish }) => {
    test("reads a whole answer", () => {
      expect(told.get(`${name}, whole`)).toMatchObject({
        text: "Good morning 🌊\n\n",
        calls: [
          { name: "weather", input: expect.stringMatching(/^\{"city": ?"Ghent"\}$/) as string },
        ],
        finish,
        usage: [8, 5],
      });
    });

    test.each(["failed", "cut off"])("tells that an answer is %s", (answer) => {
      expect(told.get(`${name}, ${answer}`)).toEqual({
        error: expect.stringContaining("The answer failed.") as string,
      });
    });
  });
});

/** What the SDKs say of each answer in each format. They take seconds to start: once is enough. */
async function readAll(): Promise<Map<string, unknown>> {
  const names: string[] = [];
  const asked: string[] = [join(import.meta.dirname, "read_answers.py")];
  for (const [name, { encode, format }] of Object.entries(FORMATS)) {
    for (const [answer, parts] of Object.entries(ANSWERS)) {
      const { url, close } = await serveFormat(format, () => pipe(parts, encode()));
      closing.push(close);
      names.push(`${name}, ${answer}`);
      asked.push(name, url);
    }
  }
  const { stdout } = await promisify(execFile)(PYTHON, asked);
  const lines = stdout.trimEnd().split("\n");
  return new Map(names.map((name, index) => [name, JSON.parse(lines[index]!) as unknown]));
}
