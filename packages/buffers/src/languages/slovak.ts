import type { Language } from "./language.ts";

export const slovak: Language = {
  tags: "sk",
  abbreviations: "bc doc gen ing judr kpt mgr mjr mudr napr nám phdr resp sv tj tzv ul",
  beforeNumbers: "kap obr ods s str tab č čl",
  ordinals: true,
};
