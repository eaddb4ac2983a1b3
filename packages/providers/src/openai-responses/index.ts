export { decodeOpenaiResponses } from "./decode-openai-responses.ts";
export type { OpenaiResponsesEvent } from "./event.ts";
