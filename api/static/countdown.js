// Keeps "time left" true while the page stays open; without this script the page still tells the deadline.
(() => {
  const tell = (place) => {
    const minutes = Math.floor((Date.parse(place.dataset.until) - Date.now()) / 60000);
    place.textContent = minutes < 0
      ? place.dataset.over
      : place.dataset.hours.replace("HH", Math.floor(minutes / 60)).replace("MM", minutes % 60);
  };
  const places = document.querySelectorAll("[data-until]");
  places.forEach(tell);
  if (places.length) setInterval(() => places.forEach(tell), 15000);
})();
