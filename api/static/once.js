// A form goes out once: a second press while the answer is on its way sends nothing, and the page shows that it waits.
// It listens before the scripts of single pages do, so what they seal is sealed once too.
const busy = (form, yes) => (yes ? form.setAttribute("aria-busy", "true") : form.removeAttribute("aria-busy"));

addEventListener("submit", (event) => {
  if (event.target.getAttribute("aria-busy") !== "true") return busy(event.target, true);
  event.preventDefault();
  return event.stopImmediatePropagation();
}, true);

// Back to a page that the browser kept as it was: its forms can be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => busy(form, false)));
