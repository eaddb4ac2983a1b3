/** The ids of the latest events. */
export interface RecentIds {
  /** False if the id is one of them. */
  add(id: string): boolean;
}

const MOST = 4_096;

export function recentIds(): RecentIds {
  const ids = new Set<string>(); // in the order in which they came

  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > MOST) {
        const [oldest] = ids;
        ids.delete(oldest!);
      }
      return true;
    },
  };
}
