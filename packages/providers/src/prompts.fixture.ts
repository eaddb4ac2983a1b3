import type { Message, Prompt } from "./prompt.ts";
import type { Provider } from "./provider.ts";

/** A tool loop in its second round: calls with ids of `joinHops`, and their results. */
export const ROUND: Prompt = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "How is the mill?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "hm", signature: "s", provider: "p" },
        { type: "text", text: "I look." },
        { type: "tool-call", toolCallId: "c1", toolName: "look", input: '{"at":"wheel"}' },
        { type: "tool-call", toolCallId: "h2:c1", toolName: "weigh", input: { n: 2 } },
      ],
    },
    {
      role: "tool",
      content: [
        { type: "tool-result", toolCallId: "c1", toolName: "look", result: "It turns." },
        {
          type: "tool-result",
          toolCallId: "h2:c1",
          toolName: "weigh",
          result: { broken: true },
          isError: true,
        },
      ],
    },
  ],
};

/** The same, with results that do not name their tools. */
export const NAMELESS: Prompt = {
  messages: ROUND.messages.map((message) =>
    message.role === "tool"
      ? {
          ...message,
          content: message.content.map((result) => ({ ...result, toolName: undefined })),
        }
      : message,
  ),
};

/** The same, with results in the order in which they came, each in a message of its own. */
export const SHUFFLED: Prompt = {
  messages: ROUND.messages.flatMap((message): Message[] =>
    message.role === "tool"
      ? [...message.content].reverse().map((result) => ({ ...message, content: [result] }))
      : [message],
  ),
};

/** An image in two ways. */
export const PICTURES: Prompt = {
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "Same?" },
        { type: "file", mediaType: "image/png", data: { type: "data", data: "AAAA" } },
        { type: "file", mediaType: "image/*", data: { type: "url", url: "https://a.example/b" } },
      ],
    },
  ],
};

/** A sound and a document, each by its data. */
export const FILES: Prompt = {
  messages: [
    {
      role: "user",
      content: [
        { type: "file", mediaType: "audio/mpeg", data: { type: "data", data: "AAAA" } },
        {
          type: "file",
          mediaType: "application/pdf",
          data: { type: "data", data: "BBBB" },
          filename: "b.pdf",
        },
      ],
    },
  ],
};

/** A picture that a model has made, sent back. */
export const DRAWN: Prompt = {
  messages: [
    {
      role: "assistant",
      content: [{ type: "file", mediaType: "image/png", data: { type: "data", data: "AAAA" } }],
    },
  ],
};

/** Models say such things between thoughts and calls; tools often give nothing. */
export const BLANKS: Prompt = {
  messages: [
    { role: "system", content: "" },
    { role: "user", content: "Turn." },
    { role: "assistant", content: " \n" },
    {
      role: "assistant",
      content: [
        { type: "text", text: "\n\n" },
        { type: "tool-call", toolCallId: "a", toolName: "turn", input: "" },
      ],
    },
    { role: "tool", content: [{ type: "tool-result", toolCallId: "a", result: "" }] },
    { role: "assistant", content: "\n" },
  ],
};

const inputSchema = { type: "object", properties: { at: { type: "string" } }, required: ["at"] };

/** Every setting. */
export const SETTINGS: Prompt = {
  messages: [{ role: "user", content: "Well?" }],
  tools: [{ name: "look", description: "Looks", inputSchema, strict: true }, { name: "weigh" }],
  toolChoice: { toolName: "look" },
  temperature: 0.5,
  topP: 0.9,
  maxOutputTokens: 99,
  stop: ["END"],
  body: { own: { x: 1 } },
};

/** Their tools as many formats have them, without `strict`. */
export const FUNCTIONS = [
  { type: "function", function: { name: "look", description: "Looks", parameters: inputSchema } },
  {
    type: "function",
    function: { name: "weigh", parameters: { type: "object", properties: {} } },
  },
];

/** What a provider would send. */
export async function requestOf(provider: Provider, prompt: Prompt): Promise<Request> {
  const { signal } = new AbortController();
  return await provider.request(prompt, { attempt: 1, signal });
}

export async function bodyOf(provider: Provider, prompt: Prompt): Promise<unknown> {
  return (await requestOf(provider, prompt)).json();
}

/** Thoughts of another model, without proof and hidden, and an answer that is to be gone on with. */
export const THOUGHTS: Prompt = {
  messages: [
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "a", signature: "s", provider: "other" },
        { type: "reasoning", text: "b" },
        { type: "reasoning", text: "", encrypted: "x" },
        { type: "text", text: "So \n" },
      ],
    },
  ],
};
