import type { Prompt } from "@millrace/providers";
import { EXIT, Failure, usageFailure } from "../failure.ts";
import type { Host } from "../host.ts";
import { say } from "../say.ts";
import { readStdin } from "../stdin.ts";
import { readJson, readNumber } from "../read-options.ts";

const MOST_BYTES = 64 * 1024 * 1024;

/** Options of `ask` that are about what is asked. */
export interface QuestionOptions {
  system?: string | undefined;
  "max-tokens"?: string | undefined;
  temperature?: string | undefined;
  "top-p"?: string | undefined;
  stop?: string[] | undefined;
  body?: string | undefined;
}

/** The prompt that a command line, and what comes in for its `-`, make. */
export async function readQuestion(
  words: readonly string[],
  options: QuestionOptions,
  host: Host,
): Promise<Prompt> {
  if (words.length === 0) throw usageFailure('Ask something: millrace ask "Why do mills turn?"');
  const content = await questionOf(words, host);
  if (content.trim() === "") throw usageFailure("The question is empty.");
  const { system, stop, body } = options;
  const maxOutputTokens = readNumber("max-tokens", options["max-tokens"], {
    least: 1,
    whole: true,
  });
  const temperature = readNumber("temperature", options.temperature);
  const topP = readNumber("top-p", options["top-p"]);
  return {
    messages: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      { role: "user", content },
    ],
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stop !== undefined && { stop }),
    ...(body !== undefined && { body: bodyOf(body) }),
  };
}

/** Words are joined by spaces; what comes in stands for itself, with blank lines around it. */
async function questionOf(words: readonly string[], host: Host): Promise<string> {
  const at = words.indexOf("-");
  if (at < 0) return words.join(" ");
  if (words.includes("-", at + 1))
    throw usageFailure("What comes in can be asked only once: one -.");
  const pieces = [words.slice(0, at).join(" "), await readAll(host), words.slice(at + 1).join(" ")];
  return pieces.filter((piece) => piece !== "").join("\n\n");
}

async function readAll(host: Host): Promise<string> {
  if (host.typed) await say(host, "Type the question; Ctrl-D ends it.\n");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readStdin(host)) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new Failure(`The question is longer than ${MOST_BYTES} bytes.`, EXIT.usage);
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  const body = readJson("body", text);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>;
  }
  throw usageFailure("--body must be a JSON object.");
}
