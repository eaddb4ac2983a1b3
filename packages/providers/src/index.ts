export type { DecoderOptions } from "./shared/read-answer.ts";
