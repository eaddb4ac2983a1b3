import type { Language } from "./language.ts";

export const italian: Language = {
  tags: "it",
  abbreviations:
    "arch avv c.a cfr co dott dott.ssa ed egr es gen gent geom ing mons on p.es prof.ssa rag " +
    "rev s sen sig sig.na sig.ra sigg spett ss tel v",
  beforeNumbers: "art cap fig n pag pagg vol",
  clauseWords: "che come dove ma mentre perché però poiché quando quindi se sebbene",
};
