import type { Language } from "./language.ts";

export const swedish: Language = {
  tags: "sv",
  abbreviations:
    "bl.a ca d.v.s dvs e.d eng ev ex exkl f.d fr.o.m inkl jfr m.a.o resp s.k t.ex t.o.m tel",
  beforeNumbers: "fig kap kl -nr s st",
  clauseWords: "då eftersom fast men medan när om så tills",
};
