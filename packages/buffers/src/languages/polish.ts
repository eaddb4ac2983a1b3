import type { Language } from "./language.ts";

export const polish: Language = {
  tags: "pl",
  abbreviations:
    "al doc gen hab hr inż kpt ks lek m.in mec mgr mjr np ok os por płk red tel tj tzn tzw " +
    "ul woj zob św",
  beforeNumbers: "art nr pkt poz rozdz rys s str tab ust",
};
