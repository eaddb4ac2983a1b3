export {
  decodeOpenaiResponses,
  type DecodeOpenaiResponsesOptions,
} from "./decode-openai-responses.ts";
export type { OpenaiResponsesEvent } from "./event.ts";
