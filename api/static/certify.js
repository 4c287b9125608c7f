// The pool owner's page where an expert certifies the device that a centre's page has shown: the key never leaves here.
import { codeOf } from "/static/arrive.js";
import { unhex } from "/static/seal.js";
import { certify, longTerm } from "/static/vouch.js";

const room = document.querySelector("[data-certifies]");
const show = (name) => room.querySelectorAll(`[data-when="${name}"]`).forEach((place) => (place.hidden = false));

const start = async () => {
  const { evaluation, member, device, demoKey } = room.dataset;
  room.querySelector("[data-code-of-device]").textContent = await codeOf(unhex(device));
  const own = await longTerm(demoKey);
  if (!own) return show("missing");
  const form = room.querySelector("form");
  form.elements.certificate.value = await certify(own, { evaluation, member }, device);
  form.hidden = false;
  return undefined;
};

start().catch(() => show("unable"));
