import type { Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { decodeAnthropic } from "../anthropic/decode-anthropic.ts";
import { anthropicBody } from "../anthropic/request-anthropic.ts";
import type { Prompt } from "../prompt.ts";
import type { DecoderOptions } from "../shared/read-answer.ts";
import { decodeConverse } from "./decode-converse.ts";
import { converseBody } from "./request-converse.ts";

/** How the models of one maker are asked by InvokeModel, which hands all of them their own format. */
export interface InvokeFamily {
  /**
   * The model stands in the path, and that it streams in the name of the operation. The prompt's own `body`
   * is laid over it.
   */
  body(prompt: Prompt, about: { name: string; model: string }): object;
  /** Of the events inside of Bedrock's. */
  decode(options: DecoderOptions): Stage<SseEvent, Part>;
}

/** Anthropic's models: their messages, without what Bedrock's path says. */
export const claudeFamily: InvokeFamily = {
  body(prompt, about) {
    const body = new Map(Object.entries(anthropicBody(prompt, about)));
    for (const field of ["model", "stream"]) body.delete(field);
    return { anthropic_version: "bedrock-2023-05-31", ...Object.fromEntries(body) };
  },
  decode: decodeAnthropic,
};

/** Amazon's own models: what Converse says, under the name of its schema. */
export const novaFamily: InvokeFamily = {
  body: (prompt, { name }) => ({ schemaVersion: "messages-v1", ...converseBody(prompt, name) }),
  decode: decodeConverse,
};
