// The expert's own page: the long-term key of this browser, and answers signed with it before they are sent.
import { fingerprint, longTerm, makeLongTerm, vouchAnswer } from "/static/vouch.js";

const room = document.querySelector("[data-own-key]");
const show = (place, name) =>
  place.querySelectorAll("[data-when]").forEach((each) => (each.hidden = each.dataset.when !== name));

const tell = async (own) => {
  if (!own) return show(room, "none");
  room.querySelector("[data-fingerprint]").textContent = await fingerprint(own.public);
  room.querySelector("[data-public]").textContent = own.public;
  return show(room, "there");
};

const intercept = (card, own) => {
  const { evaluation, member, round, at, must } = card.dataset;
  if (!own && must) return show(card, "missing");
  if (!own) return undefined;
  show(card, "signs");
  return card.querySelectorAll("form[data-says]").forEach((form) =>
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const asked = { evaluation, member, round: Number(round) };
      try {
        form.elements[form.dataset.field].value = await vouchAnswer(own, asked, form.dataset.says, at);
        form.submit();
      } catch {
        show(room, "unable");
      }
    }));
};

const start = async () => {
  const own = await longTerm(room.dataset.demoKey);
  await tell(own);
  document.querySelectorAll("[data-signing]").forEach((card) => intercept(card, own));
  room.querySelector("[data-make]").addEventListener("click", async () => {
    await makeLongTerm();
    location.reload();
  });
};

start().catch(() => show(room, "unable"));
