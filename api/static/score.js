// The scoring page: the device's own key, made here and never leaving; the sheet signed and sealed before it is sent.
import { codeOf } from "/static/arrive.js";
import { ownHints } from "/static/hint.js";
import { kept } from "/static/kept.js";
import { fresh, hex, sealSheet, unhex } from "/static/seal.js";
import { certify, longTerm } from "/static/vouch.js";

const desk = document.querySelector("[data-desk]");
const show = (name) => desk.querySelectorAll(`[data-when~="${name}"]`).forEach((place) => (place.hidden = false));

// One key per task, not extractable: the browser signs with it and gives it to nobody, this page included.
const deviceKey = async (task) => {
  const before = await kept("readonly", (room) => room.get(task));
  if (before) return before;
  const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  await kept("readwrite", (room) => room.put(made, task));
  return made;
};

const linesOf = (form) =>
  [...form.querySelectorAll("[data-code]")].map((field) => ({
    code: field.dataset.code, criterion: field.dataset.criterion, score: field.value,
  }));
const sheetOf = (form) => ({
  lines: linesOf(form),
  lot: desk.dataset.lot,
  member: desk.dataset.desk,
  previous: desk.dataset.previous || null,
  version: Number(desk.dataset.version),
});

// Before the check-in: the code of this device's key, and the form that announces the key to the gate.
const arrive = async (own, key) => {
  const code = await codeOf(key);
  desk.querySelector("[data-code-of-device]").textContent = code;
  const known = desk.dataset.announced;
  if (known === code) return show("waits");
  if (known) show("elsewhere");
  const form = desk.querySelector("[data-arrival]");
  form.elements.key.value = own;
  const { evaluation, desk: member, demoKey } = desk.dataset;
  const mine = evaluation && (await longTerm(demoKey));
  if (mine) form.elements.certificate.value = await certify(mine, { evaluation, member }, own);
  const there = desk.querySelector("[data-certify]"); // the key is the pool owner's page's, in another house
  if (there) there.search = `?device=${own}`;
  show(mine ? "certified" : evaluation ? "uncertified" : "");
  form.hidden = false;
  return undefined;
};

// A hint from the own sheet alone, once it is filled in; it hinders nobody.
const hint = (form) => {
  const place = form.querySelector("[data-hint]");
  const { full, far } = place.dataset;
  const lines = linesOf(form);
  const whole = lines.every((line) => /^\d+(\.\d+)?$/.test(line.score));
  const found = whole && form.checkValidity() ? ownHints(lines, full, far) : [];
  place.querySelector("[data-hinted]").textContent = found.join("  ");
  place.querySelector("[data-when]").hidden = !found.length;
};

const seal = async (form, pair) => {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const sealed = await sealSheet(
    sheetOf(form), pair.privateKey, unhex(desk.dataset.scoreKey), salt, await fresh(),
  );
  await kept("readwrite", (room) => room.put(sealed.commitment, `${desk.dataset.desk}/commitment`));
  form.elements.sheet.value = sealed.envelope;
  form.elements.commitment.value = sealed.commitment;
};

const start = async () => {
  const task = desk.dataset.desk;
  const pair = await deviceKey(task);
  await fresh(); // a browser that cannot seal says so now, not after the work
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const own = hex(key);
  desk.querySelector("[data-own]").textContent = own;
  show("able");
  if ("announced" in desk.dataset) await arrive(own, key);
  if (desk.dataset.key && desk.dataset.key !== own) return show("stranger");
  const last = await kept("readonly", (room) => room.get(`${task}/commitment`));
  if (desk.dataset.receipt) show(last === desk.dataset.receipt ? "same" : "other");
  const form = desk.querySelector("[data-sheet]");
  if (!form) return undefined;
  form.querySelector("button").disabled = false;
  form.addEventListener("input", () => hint(form));
  return form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await seal(form, pair);
      form.submit(); // the fields with scores have no name: they are never sent
    } catch {
      show("unable");
    }
  });
};

start().catch(() => show("unable"));
