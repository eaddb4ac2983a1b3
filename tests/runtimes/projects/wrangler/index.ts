import { sseResponse } from "@millrace/sse";

export default {
  fetch(request: Request): Response {
    return sseResponse(() => ["mill", "race"], { request });
  },
};
