import { HttpAgent } from "@ag-ui/client";
import { pipe } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { agUi, encodeAgUi, type EncodeAgUiOptions } from "@millrace/ui";
import { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";
import { HttpAgent as OldHttpAgent } from "ag-ui-client-0";
import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { answers } from "../../../packages/parts/src/answers.fixture.ts";
import { answers as edgyAnswers } from "../../../packages/ui/src/answers.fixture.ts";
import { BEGUN, BODY, failing, finish, SORRY } from "./answers.ts";
import { serveFormat } from "./serve-format.ts";

/** What is used of `HttpAgent`, of any version. */
interface Agent {
  messages: Record<string, unknown>[];
  runAgent: (parameters: object, subscriber: object) => Promise<unknown>;
}
interface Event {
  type: string;
  [field: string]: unknown;
}
type Answer = readonly Part[] | AsyncIterable<Part>;

const VERSIONS = {
  "1.0.0": HttpAgent as unknown as new (options: object) => Agent,
  "0.0.59": OldHttpAgent as unknown as new (options: object) => Agent,
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.restoreAllMocks();
});

/** A server that gives one answer after the other, and the requests that it got. */
async function serve(...answers: Answer[]): Promise<{ url: string; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const { url, close } = await serveFormat(agUi, (body) => {
    bodies.push(body);
    return pipe(answers.shift()!, encodeAgUi(body as unknown as EncodeAgUiOptions));
  });
  closing.push(close);
  return { url, bodies };
}

/** A run as the client reads it: its messages, its events, and what it tells of the end. */
async function run(agent: Agent) {
  const warn = vi.spyOn(console, "warn");
  const events: Event[] = [];
  let failure: unknown;
  try {
    await agent.runAgent({}, { onEvent: ({ event }: { event: Event }) => void events.push(event) });
  } catch (error) {
    failure = error;
  }
  return {
    messages: agent.messages,
    events,
    failure,
    warnings: warn.mock.calls,
    last: events.at(-1),
  };
}

describe.each(Object.entries(VERSIONS))("@ag-ui/client %s", (version, Client) => {
  async function read(answer: Answer) {
    const { url } = await serve(answer);
    return run(new Client({ url, threadId: "t" }));
  }

  test("reads a whole answer", async () => {
    const { messages, events, failure, warnings, last } = await read([...BODY, finish("stop")]);
    expect(failure).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(messages).toMatchObject([
      { role: "reasoning", content: "The weather, then.", encryptedValue: "sealed" },
      {
        role: "assistant",
        content: "Good morning 🌊\n\n",
        toolCalls: [{ id: "call_1", function: { name: "weather", arguments: '{"city":"Ghent"}' } }],
      },
      { role: "tool", toolCallId: "call_1", content: '{"degrees":21}' },
      { role: "assistant", toolCalls: [{ id: "call_2", function: { name: "clock" } }] },
      { role: "tool", toolCallId: "call_2", content: "no clock here" },
      { role: "tool", toolCallId: "call_of_yesterday", content: "late" },
    ]);
    expect(events.filter(({ type }) => type === "CUSTOM").map(({ name }) => name)).toEqual([
      "millrace.response-metadata",
      "millrace.status",
      "millrace.source",
      "millrace.source",
      "millrace.file",
      "millrace.file",
      "millrace.file",
      "mill.moderation",
      "millrace.tool-result",
    ]);
    expect(last).toMatchObject({
      type: "RUN_FINISHED",
      usage: [{ inputTokens: 8, outputTokens: 5, reasoningTokens: 2 }],
    });
  });

  test("keeps the messages of several runs apart, also where a provider gives no ids", async () => {
    const answer: Part[] = [
      ...said("Yes."),
      ...called("tool-0", "{}"),
      ...called("tool-1", "[]"),
      finish("tool-calls"),
    ];
    const { url } = await serve(answer, answer);
    const agent = new Client({ url, threadId: "t" });
    await run(agent);
    const { messages, failure } = await run(agent);
    expect(failure).toBeUndefined();
    expect(messages).toHaveLength(2);
    for (const message of messages) {
      expect(message).toMatchObject({
        content: "Yes.",
        toolCalls: [{ function: { arguments: "{}" } }, { function: { arguments: "[]" } }],
      });
    }
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  });

  test("is asked for consent", async () => {
    const call = { toolCallId: "call_1", toolName: "f", input: "", inputState: "valid" } as const;
    const { failure, last } = await read([
      { type: "tool-input-start", id: "call_1", toolName: "f" },
      { type: "tool-input-end", id: "call_1" },
      { type: "tool-call", ...call, approvalId: "consent" },
      finish("tool-calls"),
    ]);
    expect(failure).toBeUndefined();
    expect(last).toMatchObject({
      outcome: { type: "interrupt", interrupts: [{ id: "consent", toolCallId: "call_1" }] },
    });
  });

  test("shows all that came before an error, and no secrets", async () => {
    const { messages, events, last } = await read([...BEGUN, SORRY, finish("error")]);
    expect(messages).toMatchObject([
      { role: "assistant", toolCalls: [{ function: { arguments: '{"ci' } }] },
      { role: "assistant", content: "Good morn" },
    ]);
    expect(last).toMatchObject({
      type: "RUN_ERROR",
      message: "The answer failed. Please try again.",
      code: "overloaded",
    });
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  test("hears of a source that fails", async () => {
    const { messages, events, last } = await read(
      failing(BEGUN, new Error("secret-host-7 is down")),
    );
    expect(messages[1]).toMatchObject({ content: "Good morn" });
    expect(last).toMatchObject({ type: "RUN_ERROR", code: "transport" });
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  test("hears of an abort, in the words of its version", async () => {
    const reason = new DOMException("The user left.", "AbortError");
    const { last } = await read(failing(BEGUN, reason));
    expect(last).toMatchObject(
      version === "1.0.0"
        ? { type: "RUN_FINISHED", outcome: { type: "cancelled" } }
        : { type: "RUN_ERROR", code: "aborted" },
    );
  });

  test("never takes an answer that was cut off for a whole one", async () => {
    const { last } = await read([...BEGUN, finish("interrupted")]);
    expect(last).toMatchObject({ type: "RUN_ERROR", code: "interrupted" });
  });

  test("reads whatever answer there can be, and hears of no error but the answer's own", async () => {
    const property = fc.asyncProperty(fc.oneof(answers(), edgyAnswers), async (parts) => {
      const { failure, last } = await read(parts);
      expect(failure).toBeUndefined(); // which is what it fails with where events are out of order
      expect(last?.type).toMatch(/^RUN_(FINISHED|ERROR)$/);
    });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await fc.assert(property, { numRuns: 40 });
  });

  test("is told that something was taken back", async () => {
    const { last } = await read([...BEGUN, { type: "reset", blocks: ["tool-0"] }, finish("stop")]);
    expect(last).toMatchObject({ type: "RUN_ERROR", code: "transport" });
  });
});

describe("@tanstack/ai-client", () => {
  async function read(answer: Answer) {
    const { url, bodies } = await serve(answer);
    const client = new ChatClient({ connection: fetchServerSentEvents(url) });
    await client.sendMessage("Hello");
    const [, ...messages] = client.getMessages();
    return { messages, error: client.getError(), bodies };
  }

  test("reads a whole answer, and asks once", async () => {
    const { messages, error, bodies } = await read([...BODY, finish("stop")]);
    expect(error).toBeUndefined();
    expect(bodies).toHaveLength(1);
    const parts = messages.flatMap((message) => message.parts as { type: string }[]);
    expect(parts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "thinking", content: "The weather, then." }),
        expect.objectContaining({ type: "text", content: "Good morning 🌊\n\n" }),
        expect.objectContaining({
          type: "tool-call",
          name: "weather",
          arguments: '{"city":"Ghent"}',
        }),
        expect.objectContaining({ type: "tool-result", toolCallId: "call_1" }),
      ]),
    );
  });

  test.each([
    ["an error", [...BEGUN, SORRY, finish("error")]],
    ["a source that fails", failing(BEGUN, new Error("secret-host-7 is down"))],
    ["an answer that was cut off", [...BEGUN, finish("interrupted")]],
    ["an abort", failing(BEGUN, new DOMException("The user left.", "AbortError"))],
  ] as [string, Answer][])("hears of %s", async (_, answer) => {
    const { error, bodies } = await read(answer);
    expect(error?.message).toMatch(/^The answer failed\./);
    expect(bodies).toHaveLength(1);
  });
});

function said(text: string): Part[] {
  return [
    { type: "text-start", id: "text-0" },
    { type: "text-delta", id: "text-0", delta: text },
    { type: "text-end", id: "text-0" },
  ];
}

function called(id: string, input: string): Part[] {
  return [
    { type: "tool-input-start", id, toolName: "f" },
    { type: "tool-input-delta", id, delta: input },
    { type: "tool-input-end", id },
    { type: "tool-call", toolCallId: id, toolName: "f", input, inputState: "valid" },
  ];
}
