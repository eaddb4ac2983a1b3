import type {
  AssistantMessage,
  FileContent,
  ReasoningContent,
  TextContent,
  ToolCallContent,
  ToolResultContent,
  UserMessage,
} from "../../prompt.ts";

type UserContent = TextContent | FileContent;
type AssistantContent = TextContent | ReasoningContent | ToolCallContent | FileContent;

/** What a message is made of; of one that is a mere text, that. */
export function contentOf(message: UserMessage): readonly UserContent[];
export function contentOf(message: AssistantMessage): readonly AssistantContent[];
export function contentOf({
  content,
}: UserMessage | AssistantMessage): readonly AssistantContent[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}

/** What an answer is made of, for formats that have no place for a file in it. */
export function answerOf(message: AssistantMessage, name: string): readonly AssistantContent[] {
  const content = contentOf(message);
  if (content.some(({ type }) => type === "file")) throw unsupported(name, "a file in an answer");
  return content;
}

/** The text of a message alone, in one piece. */
export function textOf(content: readonly AssistantContent[]): string {
  return content.map((piece) => (piece.type === "text" ? piece.text : "")).join("");
}

/** Some APIs refuse a text without a word, wherever it stands, and all that is sent with it. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}

export function callsOf(content: readonly AssistantContent[]): readonly ToolCallContent[] {
  return content.filter((piece) => piece.type === "tool-call");
}

/** Reasoning that this provider may be sent. */
export function reasoningOf(
  content: readonly AssistantContent[],
  name: string,
): readonly ReasoningContent[] {
  return content.filter(
    (piece) => piece.type === "reasoning" && (piece.provider ?? name) === name,
  ) as ReasoningContent[];
}

/** A call's input as JSON. */
export function inputText({ input }: ToolCallContent): string {
  if (typeof input === "string") return input.trim() === "" ? "{}" : input;
  return JSON.stringify(input ?? {});
}

/**
 * A call's input as an object, for formats that take nothing else. What the model wrote that is none
 * is shown to it under a name that says so.
 */
export function inputObject(call: ToolCallContent): Record<string, unknown> {
  const text = inputText(call);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // It is shown as it is.
  }
  return { INVALID_JSON: text };
}

/** A result as a text. */
export function resultText({ result }: Pick<ToolResultContent, "result">): string {
  return typeof result === "string" ? result : JSON.stringify(result ?? null);
}

/** A result as a text that is not blank: of one that would be, its JSON. */
export function resultWords({ result }: Pick<ToolResultContent, "result">): string {
  if (typeof result === "string" && isBlank(result)) return JSON.stringify(result);
  return resultText({ result });
}

/** A file's address, which holds the file itself if it has none. */
export function fileUrl({ mediaType, data }: FileContent): string {
  return data.type === "url" ? data.url : `data:${mediaType};base64,${data.data}`;
}

export function isImage({ mediaType }: FileContent): boolean {
  return mediaType.startsWith("image/");
}

/** What a format has no place for would be lost in silence. */
export function unsupported(provider: string, what: string): TypeError {
  return new TypeError(`Cannot ask ${provider}: the format has no place for ${what}`);
}
