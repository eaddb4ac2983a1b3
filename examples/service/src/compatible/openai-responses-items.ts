import type {
  AssistantMessage,
  Message,
  ReasoningContent,
  ToolResultContent,
} from "@millrace/providers";
import { z } from "zod";
import { fileAt, fileUrl } from "./file-content.ts";
import { jsonValue } from "./json.ts";

const PROVIDER = "openai"; // who can read what is encrypted here

/** What an item of an answer has beside its content, and clients send back. */
const itemFields = { id: z.string().nullish(), status: z.string().nullish() };

const textPiece = z.strictObject({
  type: z.enum(["input_text", "output_text"]),
  text: z.string(),
  annotations: jsonValue.optional(),
  logprobs: jsonValue.optional(),
});

const piece = z.discriminatedUnion("type", [
  textPiece,
  z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
  z.strictObject({
    type: z.literal("input_image"),
    image_url: fileUrl,
    detail: z.string().nullish(),
  }),
  z
    .strictObject({
      type: z.literal("input_file"),
      file_data: fileUrl.optional(),
      file_url: fileUrl.optional(),
      filename: z.string().nullish(),
    })
    .refine(({ file_data, file_url }) => (file_data === undefined) !== (file_url === undefined), {
      path: ["file_data"],
      message: "give either file_data or file_url",
    }),
]);

const message = z
  .strictObject({
    type: z.literal("message").default("message"),
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: z.union([z.string(), z.array(piece)]),
    phase: z.string().nullish(),
    ...itemFields,
  })
  .superRefine(({ role, content }, context) => {
    const at = role === "user" || typeof content === "string" ? -1 : content.findIndex(isFile);
    if (at < 0) return;
    const message = "only a user shows images and files";
    context.addIssue({ code: "custom", path: ["content", at, "type"], message });
  });

function isFile({ type }: Piece): boolean {
  return type === "input_image" || type === "input_file";
}

const call = z.strictObject({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
  parsed_arguments: jsonValue.optional(), // the SDK's own
  ...itemFields,
});

const result = z.strictObject({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: z.union([z.string(), z.array(textPiece)]),
  ...itemFields,
});

const summaryPiece = z.strictObject({ type: z.string(), text: z.string() });

const reasoning = z.strictObject({
  type: z.literal("reasoning"),
  summary: z.array(summaryPiece).default([]),
  content: z.array(summaryPiece).nullish(),
  encrypted_content: z.string().nullish(),
  ...itemFields,
});

/** An item of the input. A message may leave out its type. */
export const inputItem = z.preprocess(
  withType,
  z.discriminatedUnion("type", [message, call, result, reasoning]),
);

type Item = z.infer<typeof inputItem>;
type Piece = z.infer<typeof piece>;
type AssistantContent = Exclude<AssistantMessage["content"], string>[number];

function withType(item: unknown): unknown {
  const isBare = typeof item === "object" && item !== null && !("type" in item) && "role" in item;
  return isBare ? { ...item, type: "message" } : item;
}

/** Items as messages: what the model said in a row is one, and so are results in a row. */
export function messagesOf(items: readonly Item[]): Message[] {
  const messages: Message[] = [];
  let said: AssistantContent[] | undefined; // of the last message, if that is the model's
  let results: ToolResultContent[] | undefined; // of the last message, if it has such

  function say(...content: AssistantContent[]): void {
    if (said === undefined) messages.push({ role: "assistant", content: (said = []) });
    said.push(...content);
    results = undefined;
  }

  for (const item of items) {
    switch (item.type) {
      case "reasoning":
        say(...reasoningOf(item));
        break;
      case "function_call": {
        const { call_id: toolCallId, name: toolName, arguments: input } = item;
        say({ type: "tool-call", toolCallId, toolName, input });
        break;
      }
      case "function_call_output": {
        if (results === undefined) messages.push({ role: "tool", content: (results = []) });
        const { call_id: toolCallId, output } = item;
        results.push({ type: "tool-result", toolCallId, result: textOf(output) });
        said = undefined;
        break;
      }
      case "message":
        if (item.role === "assistant") {
          say({ type: "text", text: textOf(item.content) });
          break;
        }
        said = undefined;
        results = undefined;
        messages.push(
          item.role === "user"
            ? { role: "user", content: userContentOf(item.content) }
            : { role: "system", content: textOf(item.content) },
        );
    }
  }
  return messages;
}

/** A block for each piece of the summary; what is encrypted comes with the last one. */
function reasoningOf({ id, summary, content, encrypted_content }: Item & { type: "reasoning" }) {
  const pieces = summary.length > 0 ? summary : (content ?? []);
  const texts = pieces.length > 0 ? pieces.map(({ text }) => text) : [""];
  const about = {
    ...(encrypted_content && { provider: PROVIDER }),
    ...(id && { providerMetadata: { [PROVIDER]: { itemId: id } } }),
  };
  return texts.map((text, index): ReasoningContent => {
    const isLast = index === texts.length - 1;
    const sealed = isLast && encrypted_content ? { encrypted: encrypted_content } : {};
    return { type: "reasoning", text, ...about, ...sealed };
  });
}

function userContentOf(content: string | readonly Piece[]) {
  return typeof content === "string" ? content : content.map(userPieceOf);
}

function userPieceOf(piece: Piece) {
  switch (piece.type) {
    case "input_image":
      return fileAt(piece.image_url, "image/*");
    case "input_file": {
      const url = piece.file_data ?? piece.file_url ?? "";
      return fileAt(url, "application/pdf", piece.filename ?? undefined);
    }
    default:
      return { type: "text" as const, text: textOf([piece]) };
  }
}

function textOf(content: string | readonly Piece[]): string {
  if (typeof content === "string") return content;
  return content
    .map((piece) => ("text" in piece ? piece.text : "refusal" in piece ? piece.refusal : ""))
    .join("");
}
