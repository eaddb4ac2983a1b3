import type { WireObject } from "./vendor-api.ts";

// The shapes of what our own encoder writes.

interface Chunk extends WireObject {
  choices: { delta: Delta; finish_reason: string | null; logprobs?: Logprobs }[];
  usage?: object;
}
interface Delta {
  content?: string;
  refusal?: string;
  reasoning_content?: string;
  tool_calls?: [CallDelta];
  annotations?: object[];
  reasoning_details?: object[];
}
interface CallDelta {
  index: number;
  id?: string;
  type?: "function" | "custom";
  function?: { name?: string; arguments: string };
  custom?: { name?: string; input: string };
}
type Logprobs = Readonly<Record<string, object[]>>;

/** The chunks of a stream as the object that the API gives where none was asked for. */
export function wholeChat(events: readonly WireObject[]): object {
  const chunks = events as readonly Chunk[];
  const { id, created, model } = chunks[0]!;
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const finish = choices.filter(({ finish_reason }) => finish_reason !== null).at(-1);
  const usage = chunks.flatMap((chunk) => chunk.usage ?? []).at(-1);
  return {
    ...{ id, object: "chat.completion", created, model },
    choices: [
      {
        index: 0,
        message: messageOf(choices.map(({ delta }) => delta)),
        logprobs: logprobsOf(
          choices.flatMap(({ logprobs }) => (logprobs === undefined ? [] : [logprobs])),
        ),
        finish_reason: finish?.finish_reason ?? "stop",
      },
    ],
    ...(usage !== undefined && { usage }),
  };
}

function messageOf(deltas: readonly Delta[]): object {
  const joined = (field: "content" | "refusal" | "reasoning_content"): string =>
    deltas.map((delta) => delta[field] ?? "").join("");
  const listed = (field: "annotations" | "reasoning_details"): object[] =>
    deltas.flatMap((delta) => delta[field] ?? []);
  const calls = callsOf(deltas.flatMap(({ tool_calls }) => tool_calls ?? []));
  const reasoning = joined("reasoning_content");
  const details = listed("reasoning_details");
  return {
    role: "assistant",
    content: joined("content") || (calls.length > 0 ? null : ""),
    refusal: joined("refusal") || null,
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls }),
    annotations: listed("annotations"),
  };
}

/** The first delta of each call opens it, the others bring its input. */
function callsOf(deltas: readonly CallDelta[]): object[] {
  const calls = new Map<number, { opening: CallDelta; input: string[] }>();
  for (const delta of deltas) {
    const input = delta.function?.arguments ?? delta.custom?.input ?? "";
    const call = calls.get(delta.index);
    if (call === undefined) calls.set(delta.index, { opening: delta, input: [input] });
    else call.input.push(input);
  }
  return [...calls.values()].map(({ opening: { id, type, ...opening }, input }) =>
    type === "custom"
      ? { id, type, custom: { name: opening.custom?.name, input: input.join("") } }
      : { id, type, function: { name: opening.function?.name, arguments: input.join("") } },
  );
}

function logprobsOf(pieces: readonly Logprobs[]): object | null {
  if (pieces.length === 0) return null;
  const listed = (field: string) => pieces.flatMap((piece) => piece[field] ?? []);
  return { content: listed("content"), refusal: listed("refusal") };
}
