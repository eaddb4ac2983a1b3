import type { Language } from "./language.ts";

export const danish: Language = {
  tags: "da",
  abbreviations: "bl.a ca dvs eks ekskl evt f.eks fr hr inkl jf sct skt tlf",
  beforeNumbers: "kap kl -nr s stk",
  ordinals: true,
};
