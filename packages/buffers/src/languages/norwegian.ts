import type { Language } from "./language.ts";

export const norwegian: Language = {
  tags: "no nb nn",
  abbreviations: "bl.a ca dvs eks ekskl evt f.eks fr hr inkl jf skt tlf",
  beforeNumbers: "kap kl -nr s",
  ordinals: true,
};
