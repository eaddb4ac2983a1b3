const SECOND = 1_000; // milliseconds

/**
 * Tells whether one more may come, where so many may in a second, and twice as many in one go: a
 * bucket that time fills again.
 */
export function openRate(perSecond: number, opened: number): (now: number) => boolean {
  if (perSecond === Infinity) return () => true;
  const most = 2 * perSecond;
  let allowed = most;
  let filled = opened;

  return (now) => {
    allowed = Math.min(most, allowed + ((now - filled) * perSecond) / SECOND);
    filled = now;
    if (allowed < 1) return false;
    allowed--;
    return true;
  };
}
