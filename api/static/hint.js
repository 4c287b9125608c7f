// Which bids stand far from the own middle? From the form alone, on this device, before anything is sealed or sent.
// fixtures/vectors/own_hints.json says what it must answer; the threshold is OWN_FAR in scheduler/outliers.py.

// Decimal text as a whole number of 10^-places: no floating point decides what is far.
const scaled = (text, places) => {
  const [whole, part = ""] = String(text).split(".");
  return BigInt(whole + part.padEnd(places, "0"));
};
const placesOf = (texts) => Math.max(0, ...texts.map((text) => (String(text).split(".")[1] ?? "").length));
const size = (value) => (value < 0n ? -value : value);

// lines: [{ code, score }], every score a decimal text; full: marks to be had; far: percent of them.
export const ownHints = (lines, full, far) => {
  const places = placesOf([...lines.map((line) => line.score), full]);
  const sums = new Map();
  lines.forEach(({ code, score }) => sums.set(code, (sums.get(code) ?? 0n) + scaled(score, places)));
  const sorted = [...sums.values()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (!sorted.length) return [];
  const half = sorted.length >> 1;
  const twice = sorted.length % 2 ? sorted[half] * 2n : sorted[half - 1] + sorted[half]; // the middle, doubled
  const limit = scaled(full, places) * BigInt(far) * 2n;
  return [...sums].filter(([, own]) => size(own * 2n - twice) * 100n > limit).map(([code]) => code).sort();
};
