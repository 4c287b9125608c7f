// Keeps "time left" true while the page stays open: counts from the server's clock, not this machine's.
(() => {
  const tell = (place) => {
    const minutes = Math.floor((Number(place.dataset.seconds) - performance.now() / 1000) / 60);
    place.textContent = minutes < 0
      ? place.dataset.over
      : place.dataset.hours.replace("HH", Math.floor(minutes / 60)).replace("MM", minutes % 60);
  };
  const places = document.querySelectorAll("[data-seconds]");
  places.forEach(tell);
  if (places.length) setInterval(() => places.forEach(tell), 15000);
})();
