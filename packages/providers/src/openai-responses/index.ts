export { decodeOpenaiResponses } from "./decode-openai-responses.ts";
export {
  encodeOpenaiResponses,
  openaiResponsesFormat,
  type EncodeOpenaiResponsesOptions,
} from "./encode-openai-responses.ts";
export type { OpenaiResponsesEvent } from "./event.ts";
export { openaiResponses, type OpenaiResponsesConfig } from "./openai-responses.ts";
