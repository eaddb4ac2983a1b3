import type { Language } from "./language.ts";

export const greek: Language = {
  tags: "el",
  abbreviations: "αγ αρ βλ δηλ δρ κ κα καθ κος π.χ τηλ",
  beforeNumbers: "σελ",
  semicolonAsks: true,
};
