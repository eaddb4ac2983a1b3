import { collect, type Collected } from "@millrace/parts";
import {
  ask,
  assistantMessage,
  type Message,
  type Tool,
} from "@millrace/providers";
import { z } from "zod";
import { model } from "./model.ts";

const weighing = z.object({ sack: z.string() });

const tools: Tool[] = [
  {
    name: "weigh",
    description: "Weighs a sack of flour.",
    inputSchema: weighing,
  },
];

function run({
  toolCallId,
  toolName,
  input,
  error,
}: Collected["toolCalls"][number]) {
  const own = { type: "tool-result" as const, toolCallId, toolName };
  // Input that is no JSON has an error. The model is told, and may call again.
  if (error !== undefined)
    return { ...own, result: error.message, isError: true };
  const read = weighing.safeParse(input);
  if (!read.success)
    return { ...own, result: read.error.message, isError: true };
  return { ...own, result: `Sack ${read.data.sack} weighs 25 kg.` };
}

const ROUNDS = 8; // a model may call for ever

async function answer(question: string): Promise<string> {
  const messages: Message[] = [{ role: "user", content: question }];
  for (let round = 1; round <= ROUNDS; round++) {
    const { parts, text, toolCalls } = await collect(
      await ask(model, { messages, tools }),
      { parts: true, throw: true },
    );
    // A call that broke off does not go back, so it has no result.
    const calls = toolCalls.filter(
      ({ error }) => error?.code !== "incomplete",
    );
    if (calls.length === 0) return text;
    const results = calls.map(run);
    for (const { toolName, result } of results)
      console.log(`${toolName}: ${result}`);
    messages.push(assistantMessage(parts, { provider: model.name }));
    messages.push({ role: "tool", content: results });
  }
  throw new Error(`No answer after ${ROUNDS} rounds of tools`);
}

console.log(await answer("How heavy are sacks A and B?"));
