// Reads what maps/compact.py wrote and the borders the browser keeps.
window.atlasData = (function () {
  "use strict";

  // ---- reading compact text (maps/compact.py) ----

  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const DIGIT = new Map([...LETTERS].map((letter, value) => [letter, value]));

  function unsigned(text) {
    const found = [];
    let value = 0;
    let scale = 1;
    for (const letter of text) {
      const digit = DIGIT.get(letter);
      value += (digit & 31) * scale;
      scale *= 32;
      if (digit < 32) {
        found.push(value);
        value = 0;
        scale = 1;
      }
    }
    return found;
  }

  const signed = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);
  const whole = (text) => unsigned(text).map(signed);

  function numbers(text, decimals) {
    const [first, ...above] = unsigned(text);
    const least = signed(first) - 1;
    return above.map((n) => (n ? (least + n) / 10 ** decimals : null));
  }

  function positions(text) {
    let at = 0;
    return whole(text).map((step) => (at += step));
  }

  function places(text, decimals) {
    const steps = whole(text);
    const scale = 10 ** decimals;
    const found = [];
    let lon = 0;
    let lat = 0;
    for (let at = 0; at < steps.length; at += 2) {
      lon += steps[at];
      lat += steps[at + 1];
      found.push([lat / scale, lon / scale]);
    }
    return found;
  }

  const parts = (text, decimals) =>
    text ? text.split("|").map((part) => part.split(" ").map((r) => places(r, decimals))) : [];

  // ---- borders the browser keeps ----

  const topologies = new Map();

  function topology(url) {
    if (!topologies.has(url)) {
      const inside = document.getElementById("atlas-topology");
      const given = inside
        ? Promise.resolve(JSON.parse(inside.textContent))
        : fetch(url).then((answer) => {
          if (!answer.ok) throw new Error('the borders are missing. Run "make assets", then reload.');
          return answer.json();
        });
      given.catch(() => topologies.delete(url));
      topologies.set(url, given.then((plain) => ({ plain, shapes: new Map() })));
    }
    return topologies.get(url);
  }

  // Shapes of one object as Leaflet wants them, turned once and shared by every layer.
  function shapesOf(held, name) {
    if (!held.shapes.has(name)) {
      const features = topojson.feature(held.plain, held.plain.objects[name]).features;
      held.shapes.set(name, features.map(({ id, properties, geometry }) => ({
        id: String(id),
        name: String(properties?.name ?? id),
        state: String(properties?.state ?? ""),
        latlngs: geometry
          ? L.GeoJSON.coordsToLatLngs(geometry.coordinates, geometry.type === "Polygon" ? 1 : 2)
          : [],
      })));
    }
    return held.shapes.get(name);
  }

  function borders(held, name, at) {
    const all = held.plain.objects[name].geometries;
    const some = at ? { type: "GeometryCollection", geometries: at.map((i) => all[i]) }
      : held.plain.objects[name];
    const mesh = topojson.mesh(held.plain, some);
    return L.GeoJSON.coordsToLatLngs(mesh.coordinates, 1);
  }

  return { whole, numbers, positions, places, parts, topology, shapesOf, borders };
})();
