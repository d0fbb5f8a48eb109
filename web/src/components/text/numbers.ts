const plain = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value: number) => plain.format(value);
export const shortCount = (value: number) => compact.format(value);
export const percent = (share: number) => `${Math.floor(share * 100)}%`;

/** "1 finding", "2 findings". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${plain.format(value)} ${value === 1 ? noun : plural}`;
}

/** A span of seconds in the largest unit that divides it. */
export function span(seconds: number): string {
  for (const [size, noun] of [
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return counted(seconds / size, noun);
  }
  return counted(seconds, "second");
}

export function milliseconds(value: number): string {
  return value < 1000 ? `${value} ms` : `${(value / 1000).toFixed(1)} s`;
}
