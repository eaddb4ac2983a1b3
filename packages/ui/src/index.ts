export type { DecoderOptions } from "./shared/read-answer.ts";
export { decodeAgUi, type AgUiEvent } from "./decode-ag-ui.ts";
export { decodeAiSdkUi, type AiSdkUiChunk } from "./decode-ai-sdk-ui.ts";
export { agUi, encodeAgUi, type EncodeAgUiOptions } from "./encode-ag-ui.ts";
export { aiSdkUi, encodeAiSdkUi, type EncodeAiSdkUiOptions } from "./encode-ai-sdk-ui.ts";
