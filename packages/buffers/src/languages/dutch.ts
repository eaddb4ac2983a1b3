import type { Language } from "./language.ts";

export const dutch: Language = {
  tags: "nl",
  abbreviations:
    "bijv blz ca d.w.z dhr drs ds evt excl i.p.v i.v.m incl ing ir jhr m.b.t max mevr min mw " +
    "nl o.a resp t.a.v t.o.v vgl",
  beforeNumbers: "afb apr art aug dec feb hfst jan nov -nr okt p pag sept",
  clauseWords: "als dat die dus hoewel maar omdat terwijl toen totdat want waar wanneer zodat",
};
