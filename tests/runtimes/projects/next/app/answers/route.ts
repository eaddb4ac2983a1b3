import { sseResponse } from "@millrace/sse";

export function GET(request: Request): Response {
  return sseResponse(() => ["mill", "race"], { request });
}
