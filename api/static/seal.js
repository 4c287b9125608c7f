// What a device seals: a member's sheet, a party's seed. Canonical bytes, signature, envelope; nothing here talks to
// anybody. The same bytes as crypto/envelope.py, scheduler/sheet.py and scheduler/deposit.py; tests/browser/test_sealing.py holds them together.

const text = new TextEncoder();
export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
export const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const bytes = (part) => (typeof part === "string" ? text.encode(part) : part);
const number = (value, length) =>
  Uint8Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * (length - 1 - i))) & 255n));

// RFC 8785 for what a sheet holds: text, whole numbers, null, lists, records.
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(typeof value === "string" ? value.normalize("NFC") : value);
};

const frame = (label, ...parts) =>
  join(...[label, ...parts].map(bytes).map((part) => join(number(part.length, 4), part)));
export const digest = async (label, ...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", frame(label, ...parts)));

// RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
const KEM = join(bytes("KEM"), number(0x20, 2));
const HPKE = join(bytes("HPKE"), number(0x20, 2), number(1, 2), number(2, 2));
const NONE = new Uint8Array(0);

const hmac = async (key, data) => {
  const padded = key.length ? key : new Uint8Array(32); // HMAC pads with zeros; WebCrypto takes no empty key
  const made = await crypto.subtle.importKey("raw", padded, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, data));
};
const extract = (salt, suite, label, ikm) => hmac(salt, join(bytes("HPKE-v1"), suite, bytes(label), ikm));
const expand = async (prk, suite, label, info, length) => {
  const block = join(number(length, 2), bytes("HPKE-v1"), suite, bytes(label), info, number(1, 1));
  return (await hmac(prk, block)).slice(0, length); // at most one block of 32 bytes is ever asked for
};

export const fresh = () => crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);

export const hpke = async (recipient, info, plain, ephemeral, aad = NONE) => {
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const theirs = await crypto.subtle.importKey("raw", recipient, { name: "X25519" }, true, []);
  const way = { name: "X25519", public: theirs };
  const dh = new Uint8Array(await crypto.subtle.deriveBits(way, ephemeral.privateKey, 256));
  const shared = await expand(await extract(NONE, KEM, "eae_prk", dh), KEM, "shared_secret", join(enc, recipient), 32);
  const context = join(
    number(0, 1), await extract(NONE, HPKE, "psk_id_hash", NONE), await extract(NONE, HPKE, "info_hash", info),
  );
  const secret = await extract(shared, HPKE, "secret", NONE);
  const raw = await expand(secret, HPKE, "key", context, 32);
  const iv = await expand(secret, HPKE, "base_nonce", context, 12);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, plain);
  return { enc, sealed: new Uint8Array(sealed) };
};

const SUITE = number(1, 1);
const BUCKETS = [1024, 4096, 16384, 65536, 262144, 1048576];

const padded = (salt, plain) => {
  const whole = join(salt, number(plain.length, 4), plain);
  const bucket = BUCKETS.find((size) => size >= whole.length);
  return join(whole, new Uint8Array(bucket - whole.length));
};

const preimage = (label, payload) =>
  join(bytes(`DSSEv1 ${bytes(label).length} ${label} ${payload.length} `), payload);

// A signature in the role `label` over canonical bytes, hexadecimal.
export const signed = async (key, label, payload) =>
  hex(new Uint8Array(await crypto.subtle.sign("Ed25519", key, preimage(label, payload))));
export const payloadOf = (value) => bytes(canonical(value));

// `value` sealed to a public key for one place, and the commitment beside it; the salt is 32 new bytes.
export const sealTo = async (recipient, value, { lot, kind, slot, version, keyId }, salt, ephemeral) => {
  const plain = payloadOf(value);
  const place = [SUITE, lot, number(kind, 1), slot, number(version, 8), keyId, NONE, NONE];
  const info = frame("yuanping/envelope/info/v1", ...place);
  const opening = frame("yuanping/envelope/opening/v1", info, plain);
  const commitment = await digest("yuanping/commit/v1", "yuanping/envelope/v1", salt, opening);
  const mark = (await digest("yuanping/envelope/key/v1", keyId, recipient)).slice(0, 16);
  const { enc, sealed } = await hpke(recipient, info, padded(salt, plain), ephemeral);
  const made = join(bytes("YPE1"), SUITE, number(kind, 1), mark, enc, sealed);
  return { made, envelope: hex(made), commitment: hex(commitment) };
};

// The envelope of a sheet and the commitment beside it, signed by the device's own key.
export const sealSheet = async (sheet, device, scoreKey, salt, ephemeral) => {
  const signature = await signed(device, "yuanping/sheet/v1", payloadOf(sheet));
  const place = { lot: sheet.lot, kind: 3, slot: sheet.member, version: sheet.version, keyId: "scores" };
  return sealTo(scoreKey, { sheet, signature }, place, salt, ephemeral);
};

// The envelope of one seed (32 bytes) and the mark by which the device knows it again. `name`: what the key is for.
export const sealSeed = async ({ lot, party, name }, key, seed, salt, ephemeral) => {
  const place = { lot, kind: 4, slot: party, version: 1, keyId: name };
  const { made, envelope } = await sealTo(key, hex(seed), place, salt, ephemeral);
  return { envelope, mark: hex(await digest("yuanping/deposit/v1", made)) };
};
