import type { ResponseMetadata } from "@millrace/parts";
import type { Provider } from "../provider.ts";

/** Under which a response can be asked after. */
const REQUEST_IDS = [
  "x-request-id",
  "request-id",
  "apim-request-id",
  "x-amzn-requestid",
  "mistral-correlation-id",
  "x-debug-trace-id",
  "x-generation-id",
];

/** Anthropic, OpenAI and its family; Cohere's calls of the month. */
const RATE_LIMIT = /ratelimit|-(call|limit)-(limit|remaining)$/;

/** What the headers say of the response: nobody needs an `onResponse` for that. */
export function responseMetadata(
  { name }: Provider,
  { headers }: Response,
): ResponseMetadata | undefined {
  const requestId = REQUEST_IDS.map((header) => headers.get(header)).find((id) => id !== null);
  const rateLimits = [...headers].filter(([header]) => RATE_LIMIT.test(header));
  if (requestId === undefined && rateLimits.length === 0) return undefined;
  return {
    type: "response-metadata",
    providerMetadata: {
      [name]: {
        ...(requestId !== undefined && { requestId }),
        ...(rateLimits.length > 0 && { rateLimits: Object.fromEntries(rateLimits) }),
      },
    },
  };
}
