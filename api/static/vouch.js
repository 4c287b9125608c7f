// What an expert's own device says of one evaluation, under the long-term key that the pool's owner has enrolled: an
// answer, or whose the device at the gate is. Sealed here: nobody sees key or signature before experts are named.
// The same bytes as scheduler/vouching.py; tests/browser/test_vouching.py holds them together.
import { kept } from "/static/kept.js";
import { digest, fresh, hex, payloadOf, sealTo, signed, unhex } from "/static/seal.js";

const NAME = "long-term"; // of the key in this browser's own store
const PKCS8 = "302e020100300506032b657004220420"; // before the 32 bytes of an Ed25519 seed (RFC 8410)
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const way = { name: "Ed25519" };

const rawOf = (jwk) => Uint8Array.from(atob(jwk.x.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

// A demonstration's key follows from nothing secret; the page of a demonstration's expert names it.
const demonstrated = async (seed) => {
  const wrapped = unhex(PKCS8 + seed);
  const open = await crypto.subtle.importKey("pkcs8", wrapped, way, true, ["sign"]);
  const raw = rawOf(await crypto.subtle.exportKey("jwk", open));
  return { key: await crypto.subtle.importKey("pkcs8", wrapped, way, false, ["sign"]), public: hex(raw) };
};

// The expert's long-term key as this browser has it, or null: {key, public}.
export const longTerm = async (demoSeed) => {
  const pair = await kept("readonly", (room) => room.get(NAME));
  if (!pair) return demoSeed ? demonstrated(demoSeed) : null;
  return { key: pair.privateKey, public: hex(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))) };
};

// A new one, not extractable: the browser signs with it and gives it to nobody, this page included.
export const makeLongTerm = async () => {
  const made = await crypto.subtle.generateKey(way, false, ["sign", "verify"]);
  await kept("readwrite", (room) => room.put(made, NAME));
  return longTerm();
};

// How people compare a key: crypto.keys.fingerprint.
export const fingerprint = async (publicHex) => {
  const bytes = (await digest("yuanping/keys/fingerprint/v1", unhex(publicHex))).slice(0, 20);
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const signs = Array.from({ length: 32 }, (_, i) => LETTERS[Number((number >> BigInt(5 * (31 - i))) & 31n)]);
  return signs.join("").match(/.{4}/g).join("-");
};

const sealed = async (evaluation, slot, value) => {
  const place = { lot: "", kind: 2, slot, version: 1, keyId: "experts" };
  const salt = crypto.getRandomValues(new Uint8Array(32));
  return (await sealTo(unhex(evaluation), value, place, salt, await fresh())).envelope;
};

// answer: "accept" or "decline"; at: the moment as the page was told it.
export const vouchAnswer = async (own, { evaluation, member, round }, answer, at) => {
  const said = { answer, at, evaluation, member, round };
  const signature = await signed(own.key, "yuanping/answer/v1", payloadOf(said));
  return sealed(evaluation, `${member}/answer/${round}`, { at, key: own.public, signature });
};

// device: public key of the device that signs the sheets, hexadecimal.
export const certify = async (own, { evaluation, member }, device) => {
  const signature = await signed(own.key, "yuanping/certificate/v1", payloadOf({ device, evaluation, member }));
  return sealed(evaluation, `${member}/certificate`, { key: own.public, signature });
};
