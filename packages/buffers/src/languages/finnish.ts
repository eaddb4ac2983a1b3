import type { Language } from "./language.ts";

export const finnish: Language = {
  tags: "fi",
  abbreviations: "esim huom ks mm ns os puh toht tri ts vrt",
  beforeNumbers: "klo n nro s",
  ordinals: true,
};
