const THOUSANDS = /\B(?=(\d{3})+$)/g;

/** A whole number with its thousands apart, the same in every locale. */
export function count(value: number): string {
  return Math.round(value).toString().replace(THOUSANDS, ",");
}

/** A count with its noun. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A time in seconds as people say it. */
export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(2)} s`;
}
