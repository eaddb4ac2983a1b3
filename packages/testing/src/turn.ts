/** Lets everything that can happen without further input happen. */
export function turn(delay = 0): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delay);
  });
}
