import type { FileData, ProviderMetadata } from "@millrace/parts";

/**
 * What a model is asked, in words that all providers share. Each provider's `request` makes a body of
 * it; what only one provider has goes through `body`, untouched.
 */
export interface Prompt {
  messages: readonly Message[];
  tools?: readonly Tool[] | undefined;
  /** `required`: some tool. Default: the model's choice, if there are tools. */
  toolChoice?: "auto" | "none" | "required" | { toolName: string } | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  /** Tokens, thoughts included. Anthropic has to be told one: there the default is 4,096. */
  maxOutputTokens?: number | undefined;
  /** Texts before which the answer ends. */
  stop?: readonly string[] | undefined;
  /**
   * Laid over the provider's body: objects are merged with it, anything else takes the place of what
   * was there.
   */
  body?: Readonly<Record<string, unknown>> | undefined;
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export interface SystemMessage {
  role: "system";
  content: string;
}

export interface UserMessage {
  role: "user";
  content: string | readonly (TextContent | FileContent)[];
}

/** An answer, to be sent back: `assistantMessage` makes it of the parts. */
export interface AssistantMessage {
  role: "assistant";
  content: string | readonly (TextContent | ReasoningContent | ToolCallContent | FileContent)[];
}

/** The results of the calls in the answer before it. */
export interface ToolMessage {
  role: "tool";
  content: readonly ToolResultContent[];
}

interface ContentFields {
  /** What came with it and only its provider understands: is sent back to that one alone. */
  providerMetadata?: ProviderMetadata;
}

export interface TextContent extends ContentFields {
  type: "text";
  text: string;
}

/** An image, a document, a sound: told apart by its media type. */
export interface FileContent extends ContentFields {
  type: "file";
  /** An image of an unknown kind, behind a URL, may be `image/*`. */
  mediaType: string;
  data: FileData;
  filename?: string;
}

export interface ReasoningContent extends ContentFields {
  type: "reasoning";
  text: string;
  /** The provider's proof, to be sent back unchanged. */
  signature?: string;
  /** What only the provider can read, to be sent back unchanged. */
  encrypted?: string;
  /** The name of the provider that thought it. Others are not sent it. Default: any. */
  provider?: string;
}

export interface ToolCallContent extends ContentFields {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  /** The value, or JSON as the model wrote it. */
  input: unknown;
}

export interface ToolResultContent {
  type: "tool-result";
  toolCallId: string;
  toolName?: string | undefined;
  /** A text is sent as it is, anything else as JSON. */
  result: unknown;
  isError?: boolean;
}

/** What the model may call. It is you who runs it. */
export interface Tool {
  name: string;
  description?: string | undefined;
  /**
   * What its input is: a JSON Schema, or a schema of a library that keeps to Standard JSON Schema,
   * as zod 4.2 does. Default: an object without properties.
   */
  inputSchema?: JsonSchema | StandardJsonSchemaV1 | undefined;
  /** The provider makes sure of it, where it can. */
  strict?: boolean | undefined;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What validators of many libraries have in common that can tell their JSON Schema, as a type only.
 *
 * - **Source:** the Standard JSON Schema specification, version 1.
 */
export interface StandardJsonSchemaV1 {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown>;
    };
  };
}
