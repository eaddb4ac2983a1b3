import type { Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { Prompt } from "./prompt.ts";

/** Somebody who answers prompts: how to ask, and how to read the answer. `ask` does the rest. */
export interface Provider {
  /** In `providerMetadata`, in `custom` parts and in errors. */
  readonly name: string;
  /** The request for an answer that streams. `signal` is for what has to be waited for. */
  request(prompt: Prompt, context: RequestContext): Request | Promise<Request>;
  /** From the bytes of the response's body to parts. */
  decode(): Stage<Uint8Array, Part>;
  /**
   * The model goes on with a last message of its own instead of beginning anew. Default `false`: to
   * go on, it has to be told to.
   */
  readonly prefill?: boolean;
  /** Sends the request. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

export interface RequestContext {
  /** Counts the requests to this provider from 1. */
  attempt: number;
  /** Aborted when the answer is no longer wanted. */
  signal: AbortSignal;
}

/** What the makers of providers take. */
export interface ProviderConfig {
  model: string;
  /** Or a function that is asked before each request. Without one nothing is said of who asks. */
  apiKey?: string | (() => string | Promise<string>);
  /** Up to the path of the method: a gateway, a proxy, a server of your own. */
  baseURL?: string;
  /** More of them; those of the same name are replaced. */
  headers?: Readonly<Record<string, string>>;
  /** The provider's name. */
  name?: string;
  /** Sends the requests. Default: the platform's. */
  fetch?: typeof fetch;
}
