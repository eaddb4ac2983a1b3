/** What a program may grow by that uses these exports together, beside the kernel. */
export interface SizeBudget {
  /** Names of exports, by the path that they are imported from. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Bytes, minified and gzipped, the kernel among them. */
  readonly atMost: number;
}

const SSE = { "@millrace/sse": ["decodeSse"] };

function decoder(format: string, names: readonly string[], atMost: number): SizeBudget {
  return { imports: { ...SSE, [`@millrace/providers/${format}`]: names }, atMost };
}

/** From bytes to parts. What the bytes are spent on is told in the decision on what decoders weigh. */
export const sizeBudgets: readonly SizeBudget[] = [
  decoder("openai-chat", ["decodeOpenaiChat"], 13_000),
  decoder("mistral", ["decodeMistral"], 13_300),
  decoder("anthropic", ["decodeAnthropic"], 11_200),
  decoder("openai-responses", ["decodeOpenaiResponses"], 14_200),
  decoder("gemini", ["decodeGemini"], 13_200),
  decoder("gemini-interactions", ["decodeGeminiInteractions"], 11_900),
  decoder("cohere", ["decodeCohere"], 10_500),
  {
    imports: { "@millrace/providers/bedrock": ["decodeEventStream", "decodeConverse"] },
    atMost: 11_000,
  },
  {
    imports: { "@millrace/buffers": ["lines"], "@millrace/providers/ollama": ["decodeOllama"] },
    atMost: 9_900,
  },
];
