// A party's seeds: made here, sealed here, one envelope for every round. Only envelopes leave this device.
import { kept } from "/static/kept.js";
import { canonical, fresh, sealSeed, unhex } from "/static/seal.js";

const random = () => crypto.getRandomValues(new Uint8Array(32));
const shower = (desk) => (name) =>
  desk.querySelectorAll(`[data-when~="${name}"]`).forEach((place) => (place.hidden = false));
const memory = ({ lot, party }, name) => `seeds/${lot}/${party}/${name}`;

// The file of a deposit, as `yuanping deposit` writes it; what was sealed is remembered before anything is sent.
const deposit = async (desk) => {
  const { lot, party } = desk.dataset;
  const deposits = [];
  for (const each of desk.querySelectorAll("[data-public]")) {
    const name = each.dataset.name;
    const place = { lot, party, name };
    const { envelope, mark } = await sealSeed(place, unhex(each.dataset.public), random(), random(), await fresh());
    await kept("readwrite", (room) => room.put(mark, memory(desk.dataset, name)));
    deposits.push({ envelope, key: name });
  }
  return canonical({ deposits, format: "yuanping-deposit/v1", lot, party });
};

// Do the envelopes in the record match those that were sealed here? A device that sealed none cannot tell.
const compare = async (desk, show) => {
  const rows = [...desk.querySelectorAll("[data-mark]")];
  const own = await Promise.all(
    rows.map((row) => kept("readonly", (room) => room.get(memory(desk.dataset, row.dataset.name)))),
  );
  if (rows.some((row, n) => own[n] && own[n] !== row.dataset.mark)) return show("other");
  return show(own.every(Boolean) ? "same" : "elsewhere");
};

const start = async (desk) => {
  const show = shower(desk);
  if (desk.querySelector("[data-mark]")) await compare(desk, show);
  const form = desk.querySelector("form[data-sealing]");
  if (!form) return;
  await fresh(); // a browser that cannot seal says so now
  form.querySelector("button").disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.deposit.value = await deposit(desk);
      form.submit();
    } catch {
      show("unable");
    }
  });
};

for (const desk of document.querySelectorAll("[data-seeds]")) {
  start(desk).catch(() => shower(desk)("unable"));
}
