import type { Language } from "./language.ts";

export const slovak: Language = {
  tags: "sk",
  abbreviations: "bc doc gen ing judr kpt mgr mjr mudr napr nám phdr resp sv tj tzv ul",
  beforeNumbers: "kap obr ods s str tab č čl",
  ordinals: true,
  starters:
    "a ale ako bol bola bolo je kde kedy keď kto na nie o od ona po potom pre prečo pred preto s sú ta tak tam tento teraz to toto v však z za že",
};
