import { answers } from "./cases/answers.js";
import { kernel } from "./cases/kernel.js";
import { stageLaws } from "./cases/laws.js";
import { servers } from "./cases/servers.js";
import { time } from "./cases/time.js";

/** What holds on every runtime. */
export const portable = { ...kernel, ...stageLaws, ...answers, ...servers, ...time };
