// On workerd: whoever asks gets the results.
import { portable } from "./portable.js";
import { runCases } from "./run-cases.js";

export default {
  async fetch() {
    return Response.json(await runCases(portable));
  },
};
