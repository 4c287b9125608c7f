// What this device remembers for itself, in its own browser: keys it made, marks of what it sealed.

const store = () =>
  new Promise((done, failed) => {
    const asked = indexedDB.open("yuanping", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("device");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

export const kept = async (mode, act) => {
  const room = (await store()).transaction("device", mode).objectStore("device");
  return new Promise((done, failed) => {
    const asked = act(room);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
};
