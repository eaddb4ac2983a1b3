/** Totals include their details; what the provider did not say is left out. */
export interface Usage {
  inputTokens: { total?: number; noCache?: number; cacheRead?: number; cacheWrite?: number };
  outputTokens: { total?: number; text?: number; reasoning?: number };
  /** The provider's own object. */
  raw?: unknown;
}
