import type { Usage } from "@millrace/parts";

/** Before the provider has said any. */
export const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };
