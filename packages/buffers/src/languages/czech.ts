import type { Language } from "./language.ts";

export const czech: Language = {
  tags: "cs",
  abbreviations:
    "bc cca doc gen ing judr kpt mgr mj mjr mudr např nám phdr plk popř pí resp rndr sv tj " +
    "tzn tzv ul",
  beforeNumbers: "kap obr odst s str tab č čl",
  ordinals: true,
};
