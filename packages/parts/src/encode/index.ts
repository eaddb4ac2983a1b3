export {
  encodeAnswer,
  type AnswerWriter,
  type EncodeAnswerOptions,
  type WrittenBlocks,
} from "./encode-answer.ts";
export { safeFields, safeText, type ErrorText } from "./safe-error.ts";
