import type { Language } from "./language.ts";

export const indonesian: Language = {
  tags: "id",
  abbreviations: "bpk dr drs h hj ir jl ny sdr tn yth",
  beforeNumbers: "hal no",
};
