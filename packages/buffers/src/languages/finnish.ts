import type { Language } from "./language.ts";

export const finnish: Language = {
  tags: "fi",
  abbreviations: "esim huom ks mm ns os puh toht tri ts vrt",
  beforeNumbers: "klo n nro s",
  ordinals: true,
  starters:
    "en ei ennen entä että he hän ja joka jos kuka kuin kun kyllä me mikä missä miksi milloin miten mutta myös ne nyt on se siellä silloin sitten tai tämä vaan",
};
