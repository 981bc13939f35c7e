// The page's map component: loads the scripts once, then hands over to atlas.update.
// Kept short, because Streamlit sends it with every change.
const asked = (window.__atlasAsked ??= new Map());

function load(url) {
  if (!asked.has(url)) {
    asked.set(url, new Promise((done, fail) => {
      const style = url.endsWith(".css");
      const tag = document.createElement(style ? "link" : "script");
      if (style) tag.rel = "stylesheet";
      tag[style ? "href" : "src"] = url;
      tag.onload = done;
      tag.onerror = () => {
        asked.delete(url);
        tag.remove();
        fail(new Error(`${url.split("/").pop()} is missing. Run "make assets", then reload.`));
      };
      document.head.appendChild(tag);
    }));
  }
  return asked.get(url);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".atlas");
  const state = (box.__atlas ??= { turn: Promise.resolve() });
  state.latest = data;
  state.send = setTriggerValue;
  state.turn = state.turn.then(async () => {
    if (state.latest !== data) return; // a newer one is waiting
    await Promise.all(data.css.map(load));
    for (const url of data.js) await load(url);
    await window.atlas.update(box, state, data);
  }).catch((error) => {
    const note = box.querySelector(".atlas-error") ?? document.createElement("p");
    note.className = "atlas-error";
    note.setAttribute("role", "alert");
    note.textContent = `The map cannot be shown: ${error.message}`;
    box.appendChild(note);
  });
  return () => setTimeout(() => { if (!box.isConnected) window.atlas?.remove(state); }, 0);
}
