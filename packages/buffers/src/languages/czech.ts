import type { Language } from "./language.ts";

export const czech: Language = {
  tags: "cs",
  abbreviations:
    "bc cca doc gen ing judr kpt mgr mj mjr mudr např nám phdr plk popř pí resp rndr sv tj " +
    "tzn tzv ul",
  beforeNumbers: "kap obr odst s str tab č čl",
  ordinals: true,
  starters:
    "a ale byl byla bylo jak jako je jsem jsou kde kdo kdy když ne nebo o od on ona pak po pokud potom pro proto proč před s ta tak tam tato ten teď tento to také už v ve však z za že",
};
