// The code that member and gate compare: of the key this device holds, never of what the server says it is.
// The same as api/services/arriving.py; tests/browser/test_gate.py holds them together.
import { digest } from "/static/seal.js";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

export const codeOf = async (key) => {
  const bytes = (await digest("yuanping/arrival/v1", key)).slice(0, 5);
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const signs = Array.from({ length: 8 }, (_, i) => ALPHABET[Number((number >> BigInt(5 * (7 - i))) & 31n)]);
  return `${signs.slice(0, 4).join("")}-${signs.slice(4).join("")}`;
};
