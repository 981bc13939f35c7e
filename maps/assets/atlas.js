// Draws layers given as plain JSON (maps/specs.py) with Leaflet. Values are written as text only,
// never as markup, and nothing is evaluated.
window.atlas = (function () {
  "use strict";

  const { whole, numbers, positions, places, parts, topology, shapesOf, borders } =
    window.atlasData;
  const { make, panel } = window.atlasPanel;

  // ---- words ----

  // One function a field: row -> text.
  function reader(field, names, states) {
    if (field.names === "state") return (at) => `${names[at]}, ${states[at]}`;
    if (field.names) return (at) => names[at];
    if (field.words) {
      const codes = whole(field.values);
      return (at) => field.words[codes[at]] ?? "";
    }
    const values = numbers(field.values, field.decimals);
    const shown = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: field.decimals, maximumFractionDigits: field.decimals,
    });
    return (at) => (values[at] === null ? "not known" : shown.format(values[at]));
  }

  function tips(data, ids, names, states) {
    const read = (data.fields ?? []).map((field) => ({ field, text: reader(field, names, states) }));
    const title = read.find(({ field }) => field.title);
    return (at) => {
      const box = make("div");
      box.appendChild(make("strong", "", title ? title.text(at) : (names ?? ids)[at]));
      const list = box.appendChild(make("dl"));
      for (const one of read) {
        const text = one === title ? "" : one.text(at);
        if (!text) continue;
        list.appendChild(make("dt", "", one.field.label));
        list.appendChild(make("dd", "", text));
      }
      return box;
    };
  }

  // ---- drawing ----

  const THEMES = {
    light: { land: "#f3f4f1", border: "#b9bec6", casing: "#ffffff", mark: "#111827" },
    dark: { land: "#2a2f3a", border: "#545c6b", casing: "#111827", mark: "#ffffff" },
  };

  const EDGE = "#9aa0aa";
  const EDGE_PX = 12; // Leaflet moves a tooltip 6 pixels off its place

  const hatches = new Map();

  function hatch(ctx, color) {
    if (!hatches.has(color)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = tile.getContext("2d");
      pen.strokeStyle = color;
      pen.lineWidth = 1;
      pen.beginPath();
      for (const x of [-8, 0, 8]) {
        pen.moveTo(x, 8);
        pen.lineTo(x + 8, 0);
      }
      pen.stroke();
      hatches.set(color, ctx.createPattern(tile, "repeat"));
    }
    return hatches.get(color);
  }

  function canvas() {
    const Hatching = L.Canvas.extend({
      _fillStroke(ctx, path) {
        L.Canvas.prototype._fillStroke.call(this, ctx, path);
        if (!path.options.hatch) return;
        ctx.globalAlpha = 0.55;
        ctx.fillStyle = hatch(ctx, path.options.hatch);
        ctx.fill("evenodd");
        ctx.globalAlpha = 1;
      },
    });
    return new Hatching({ padding: 0.3, tolerance: 3 });
  }

  // Seen from afar, 3,108 borders would turn the map gray, so they fade.
  const FAR = 5.5;

  function whenFar(map, group, restyle) {
    group.on("add", () => { map.on("atlas:far", restyle); restyle(); });
    group.on("remove", () => map.off("atlas:far", restyle));
  }

  // A tooltip that stays inside the map.
  function tooltip(options) {
    const Inside = L.Tooltip.extend({
      _setPosition(position) {
        L.Tooltip.prototype._setPosition.call(this, position);
        const node = this._container;
        const { x, y } = this._map.getSize();
        const at = this._map.layerPointToContainerPoint(L.DomUtil.getPosition(node));
        const kept = L.point(
          Math.max(EDGE_PX, Math.min(at.x, x - node.offsetWidth - EDGE_PX)),
          Math.max(EDGE_PX, Math.min(at.y, y - node.offsetHeight - EDGE_PX)),
        );
        L.DomUtil.setPosition(node, this._map.containerPointToLayerPoint(kept));
      },
    });
    return new Inside({ className: "atlas-tip", opacity: 1, ...options });
  }

  // Every function below gives { group, ids, shape(at), tip(at) } or a part of it.

  async function areas(map, data) {
    let ids = data.ids;
    let names;
    let states;
    let latlngs;
    if (data.topology) {
      const all = shapesOf(await topology(map.atlas.topology), data.topology);
      const held = positions(data.at).map((at) => all[at]);
      ids = held.map((shape) => shape.id);
      names = held.map((shape) => shape.name);
      states = held.map((shape) => shape.state);
      latlngs = held.map((shape) => shape.latlngs);
    } else {
      latlngs = data.shapes.map((text) => parts(text, 5));
    }
    const fill = whole(data.fill);
    const edge = () => (latlngs.length > 700 && map.atlas.far
      ? { color: EDGE, weight: 0.3, opacity: 0.35 }
      : { color: EDGE, weight: latlngs.length > 700 ? 0.35 : 0.7, opacity: 1 });
    const paths = latlngs.map((shape, at) => L.polygon(shape, {
      renderer: map.atlas.canvas, at, smoothFactor: 0.7,
      ...edge(), fillColor: data.palette[fill[at]], fillOpacity: 0.85,
    }));
    const group = L.featureGroup(paths);
    group.on("mouseover", ({ layer }) => {
      layer.setStyle({ color: "#111827", weight: 2, opacity: 1 });
    });
    group.on("mouseout", ({ layer }) => layer.setStyle(edge()));
    whenFar(map, group, () => group.setStyle(edge()));
    return { group, ids, shape: (at) => L.polygon(latlngs[at]), tip: tips(data, ids, names, states) };
  }

  async function outlines(map, data) {
    const line = { renderer: map.atlas.canvas, color: data.color, smoothFactor: 0.7 };
    if (data.topology) {
      const held = await topology(map.atlas.topology);
      const mesh = borders(held, data.topology, positions(data.at));
      const pen = () => {
        if (data.style === "state") return { weight: 1.2 };
        return map.atlas.far ? { weight: 0.4, opacity: 0.3 } : { weight: 0.5, opacity: 0.55 };
      };
      const drawn = L.polyline(mesh, { ...line, ...pen(), interactive: false });
      const group = L.featureGroup([drawn]);
      whenFar(map, group, () => drawn.setStyle(pen()));
      return { group };
    }
    const dashed = whole(data.dashed);
    const group = L.featureGroup();
    const rings = data.shapes.map((text) => parts(text, data.decimals));
    const fill = data.fill ? whole(data.fill) : null;
    const weight = { county: 0.5, street: 1.4, line_density: 2.5, stretch: 10 }[data.style] ?? 2.2;
    const opacity = data.style === "stretch" ? 0.3 : 1;
    rings.forEach((shape, at) => {
      if (dashed[at]) {
        group.addLayer(L.polygon(shape, {
          ...line, stroke: false, fillOpacity: 0, hatch: data.color, interactive: false,
        }));
      }
      // Rings as lines: a polygon would catch the mouse over everything inside it.
      group.addLayer(L.polyline(shape.flat(), {
        ...line, at, opacity, color: fill ? data.palette[fill[at]] : data.color,
        weight: weight + (fill ? 0.7 * fill[at] : 0), // what is high is also wide
        dashArray: dashed[at] ? "6 5" : null,
      }));
    });
    return {
      group, ids: data.ids, shape: (at) => L.polyline(rings[at].flat()), tip: tips(data, data.ids),
    };
  }

  function points(map, data) {
    const at = places(data.at, 5);
    const group = L.featureGroup(at.map((place, i) => L.circleMarker(place, {
      renderer: map.atlas.canvas, at: i, radius: data.radius, weight: 0.8,
      color: "#ffffff", fillColor: data.color, fillOpacity: 0.75,
    })));
    const ring = (i) => L.circleMarker(at[i], { radius: data.radius + 4.5, fill: false });
    return { group, ids: data.ids, shape: ring, tip: tips(data, data.ids) };
  }

  function image(map, data) {
    const overlay = L.imageOverlay(data.url, data.bounds, {
      pane: data.above ? "atlas-dots" : "atlas-images", className: "atlas-image", alt: data.title,
    });
    const group = L.featureGroup([overlay]);
    if (data.unit) overlay.once("load", () => { group.classAt = colorAt(overlay, data); });
    return { group };
  }

  // Which class of the legend a picture shows at a place.
  function colorAt(overlay, data) {
    const picture = overlay.getElement();
    const sheet = document.createElement("canvas");
    sheet.width = picture.naturalWidth;
    sheet.height = picture.naturalHeight;
    const ctx = sheet.getContext("2d", { willReadFrequently: true });
    ctx.drawImage(picture, 0, 0);
    const [[south, west], [north, east]] = data.bounds;
    const top = L.CRS.EPSG3857.project(L.latLng(north, west));
    const low = L.CRS.EPSG3857.project(L.latLng(south, east));
    const wanted = data.legend.entries.map((entry) => ({
      label: entry.label, rgb: [1, 3, 5].map((at) => parseInt(entry.color.slice(at, at + 2), 16)),
    }));
    return (latlng) => {
      const here = L.CRS.EPSG3857.project(latlng);
      const col = Math.floor(((here.x - top.x) / (low.x - top.x)) * sheet.width);
      const row = Math.floor(((top.y - here.y) / (top.y - low.y)) * sheet.height);
      if (col < 0 || row < 0 || col >= sheet.width || row >= sheet.height) return null;
      const [red, green, blue, alpha] = ctx.getImageData(col, row, 1, 1).data;
      if (!alpha) return null;
      const far = ({ rgb }) =>
        Math.abs(rgb[0] - red) + Math.abs(rgb[1] - green) + Math.abs(rgb[2] - blue);
      const nearest = wanted.reduce((a, b) => (far(a) <= far(b) ? a : b));
      return `${nearest.label} ${data.unit}`;
    };
  }

  // The most important names that fit, chosen again whenever the view changes. From afar only the
  // first ranks may: else small towns fill the gaps between cities.
  const RANKS = { count: 60, zoom: 4, growth: 2.5 };
  const LABEL_TALL = 17;

  function labels(map, data) {
    const at = places(data.at, 4);
    const group = L.featureGroup();
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `600 11.5px ${getComputedStyle(map.getContainer()).fontFamily}`;
    const widths = data.texts.map((text) => pen.measureText(text).width + 6);
    function choose() {
      group.clearLayers();
      const view = map.getBounds();
      const taken = [];
      const ranks = RANKS.count * RANKS.growth ** (map.getZoom() - RANKS.zoom);
      for (let i = 0; i < Math.min(at.length, ranks) && taken.length < 60; i += 1) {
        if (!view.contains(at[i])) continue;
        const { x, y } = map.latLngToContainerPoint(at[i]);
        const wide = widths[i];
        const hit = (t) =>
          Math.abs(t.x - x) < (t.wide + wide) / 2 && Math.abs(t.y - y) < LABEL_TALL;
        if (taken.some(hit)) continue;
        taken.push({ x, y, wide });
        const html = make("span", "", data.texts[i]);
        const icon = L.divIcon({ html, className: "atlas-label", iconSize: null });
        group.addLayer(L.marker(at[i], {
          icon, pane: "atlas-labels", interactive: false, keyboard: false,
        }));
      }
    }
    group.on("add", () => { map.on("moveend", choose); choose(); });
    group.on("remove", () => map.off("moveend", choose));
    return { group };
  }

  const DRAW = { areas, outlines, points, image, labels };

  // ---- the map ----

  function base(map, { topology: url }) {
    map.atlas = { topology: url, canvas: canvas(), layers: new Map(), shown: new Map(), order: [] };
    map.createPane("atlas-land").style.zIndex = 200;
    map.createPane("atlas-images").style.zIndex = 390;
    map.createPane("atlas-dots").style.zIndex = 410; // incidents as a picture, over the areas
    map.createPane("atlas-labels").style.zIndex = 620;
    for (const name of ["atlas-land", "atlas-images", "atlas-dots", "atlas-labels"]) {
      map.getPane(name).style.pointerEvents = "none";
    }
    L.control.scale({ maxWidth: 140 }).addTo(map);
    map.atlas.panel = panel(map, stack);
    map.atlas.tip = tooltip({ direction: "top" });
    map.atlas.far = map.getZoom() < FAR;
    map.on("zoomend", () => {
      if (map.atlas.far === map.getZoom() < FAR) return;
      map.atlas.far = !map.atlas.far;
      map.fire("atlas:far");
    });
    tame(map);
    map.on("mousemove", (event) => surfaceTip(map, event));
    map.on("mouseout", () => map.closeTooltip(map.atlas.tip));
    map.atlas.ready = topology(url).then((held) => {
      const land = shapesOf(held, "states").map((state) => state.latlngs);
      const renderer = L.canvas({ pane: "atlas-land", padding: 0.3 });
      map.atlas.land = L.polygon(land, {
        renderer, interactive: false, weight: 0.8, fillOpacity: 1, smoothFactor: 0.7,
      }).addTo(map);
      theme(map);
    });
    return map;
  }

  // The wheel scrolls the page until the map was clicked or focused, or Ctrl is held.
  function tame(map) {
    const node = map.getContainer();
    const hint = make("p", "atlas-hint", "Click the map, or hold Ctrl, to zoom with the wheel");
    hint.setAttribute("aria-hidden", "true"); // keyboards have plus and minus
    node.appendChild(hint);
    let armed = false;
    let wait;
    const arm = (now) => () => { armed = now; if (now) hint.classList.remove("atlas-shown"); };
    node.addEventListener("pointerdown", arm(true), true);
    node.addEventListener("focus", arm(true));
    node.addEventListener("blur", arm(false));
    node.addEventListener("mouseleave", arm(false));
    node.addEventListener("wheel", (event) => {
      const full = document.fullscreenElement?.contains(node);
      if (armed || full || event.ctrlKey || event.metaKey) return;
      event.stopPropagation(); // before Leaflet sees it
      if (map.atlas.panel.holds(event.target)) return;
      hint.classList.add("atlas-shown");
      clearTimeout(wait);
      wait = setTimeout(() => hint.classList.remove("atlas-shown"), 1800);
    }, { capture: true, passive: true });
  }

  function theme(map) {
    const [red, green, blue] = getComputedStyle(map.getContainer()).color.match(/[\d.]+/g);
    const dark = 0.3 * red + 0.59 * green + 0.11 * blue > 140;
    map.getContainer().classList.toggle("atlas-dark", dark);
    map.atlas.theme = THEMES[dark ? "dark" : "light"];
    map.atlas.land?.setStyle({ color: map.atlas.theme.border, fillColor: map.atlas.theme.land });
  }

  function surfaceTip(map, event) {
    if (map.atlas.hovered) return;
    const texts = [...map.atlas.layers.values()]
      .filter((layer) => map.hasLayer(layer.group))
      .map((layer) => layer.group.classAt?.(event.latlng)).filter(Boolean);
    if (!texts.length) return void map.closeTooltip(map.atlas.tip);
    map.openTooltip(map.atlas.tip.setLatLng(event.latlng).setContent(make("div", "", texts.at(-1))));
  }

  function layer(data) {
    return { data, draw: (map) => DRAW[data.kind](map, data) };
  }

  async function put(map, made) {
    const { key } = made.data;
    const drawn = await made.draw(map);
    map.atlas.layers.get(key)?.group.remove();
    map.atlas.hovered = false; // what leaves the map no longer tells that the mouse left it
    const { group, ids, tip } = drawn;
    if (tip) {
      group.on("mouseover", ({ containerPoint }) => {
        // Towards the middle of what the legend leaves free.
        const free = map.getSize().x - map.atlas.panel.width();
        group.getTooltip().options.direction = containerPoint.x < free / 2 ? "right" : "left";
      });
      group.bindTooltip(
        tooltip({ sticky: true, direction: "right" }).setContent((path) => tip(path.options.at)),
      );
      group.on("mouseover", () => { map.atlas.hovered = true; map.closeTooltip(map.atlas.tip); });
      group.on("mouseout", () => { map.atlas.hovered = false; });
      group.on("click", (event) => {
        if (map.atlas.picks && made.data.kind !== "points") return; // a place on a line is a place
        L.DomEvent.stopPropagation(event);
        map.fire("atlas:area", { area: ids[event.layer.options.at], layer: key });
      });
    }
    map.atlas.layers.set(key, { ...drawn, data: made.data });
    if (map.atlas.shown.get(key) ?? made.data.visible) group.addTo(map);
  }

  function drop(map, key) {
    map.atlas.layers.get(key)?.group.remove();
    map.atlas.layers.delete(key);
    map.atlas.hovered = false;
  }

  function arrange(map, order) {
    map.atlas.order = order;
    stack(map);
    map.atlas.panel.write();
  }

  function stack(map) {
    for (const key of map.atlas.order) {
      const { group } = map.atlas.layers.get(key);
      if (map.hasLayer(group)) group.bringToFront();
    }
    map.atlas.mark?.bringToFront();
  }

  function select(map, area) {
    map.atlas.mark?.remove();
    map.atlas.mark = null;
    const isNew = area !== map.atlas.picked;
    map.atlas.picked = area;
    if (area === null || area === undefined) return;
    for (const key of [...map.atlas.order].reverse()) {
      const { ids, shape, data } = map.atlas.layers.get(key);
      const at = ids ? ids.indexOf(area) : -1;
      if (at < 0) continue;
      const pen = { renderer: map.atlas.canvas, fill: false, interactive: false, dashArray: null };
      map.atlas.mark = L.featureGroup([
        shape(at).setStyle({ ...pen, color: map.atlas.theme.casing, weight: 6 }),
        shape(at).setStyle({ ...pen, color: map.atlas.theme.mark, weight: 3 }),
      ]);
      for (const path of map.atlas.mark.getLayers()) Object.assign(path.options, pen);
      map.atlas.mark.addTo(map);
      if (isNew && data.style === "stretch") { // a street is too small to be seen in a county
        map.fitBounds(map.atlas.mark.getBounds().pad(1), { animate: false, maxZoom: 15 });
      }
      const center = map.atlas.mark.getBounds().getCenter();
      if (!map.getBounds().contains(center)) map.panTo(center);
      return;
    }
  }

  function look(map, [west, south, east, north], closest = 11) {
    map.fitBounds([[south, west], [north, east]], {
      animate: false, maxZoom: closest, paddingTopLeft: [48, 12],
      paddingBottomRight: [map.atlas.panel.width() + 16, 12], // the legend hides no result
    });
  }

  function describe(map, label) {
    const node = map.getContainer();
    node.setAttribute("role", "application");
    node.setAttribute("aria-label",
      `${label}. Arrow keys move it, plus and minus zoom. A table holds the same values.`);
  }

  // ---- inside the app ----

  const factories = new Map();
  const MOST = 150;

  // A script element, not eval: what Folium generated becomes a function that is kept by its digest.
  function keep({ digest, text, makes }) {
    const tag = document.createElement("script");
    tag.textContent = `window.__atlasMade = function () {\n${text}\nreturn ${makes};\n};`;
    document.head.appendChild(tag);
    tag.remove();
    if (!window.__atlasMade) throw new Error("a layer could not be read.");
    factories.delete(digest);
    factories.set(digest, window.__atlasMade);
    delete window.__atlasMade;
    if (factories.size > MOST) factories.delete(factories.keys().next().value);
  }

  function begin(box, state, data) {
    if (state.map) remove(state);
    const node = make("div", "atlas-canvas");
    node.id = data.base.makes;
    box.replaceChildren(node);
    state.map = factories.get(data.base.digest)();
    node.removeAttribute("id"); // another map on the page may need the name
    state.base = data.base.digest;
    state.digests = new Map();
    state.view = null;
    describe(state.map, data.label);
    state.map.on("atlas:area", ({ area, layer: key }) => {
      clearTimeout(state.wait);
      state.wait = setTimeout(() => state.send("area", { area, layer: key }), 60);
    });
    state.map.on("click", ({ latlng: { lng, lat } }) => {
      if (state.map.atlas.picks) state.send("spot", { lon: lng, lat });
    });
    state.watch = new ResizeObserver(() => {
      if (!state.map.getSize().x && state.view) state.view = null;
      state.map.invalidateSize({ animate: false });
    });
    state.watch.observe(node);
  }

  async function update(box, state, data) {
    const scripts = [data.base, ...data.layers];
    for (const script of scripts) if (script.text) keep(script);
    const missing = scripts.map(({ digest }) => digest).filter((digest) => !factories.has(digest));
    if (missing.length) return void state.send("missing", missing);
    box.style.height = data.height ? `${data.height}px` : "";
    if (state.base !== data.base.digest || !state.map) begin(box, state, data);
    const { map } = state;
    map.atlas.picks = data.picks;
    map.getContainer().classList.toggle("atlas-picks", data.picks);
    theme(map);
    await map.atlas.ready;
    const wanted = new Set(data.layers.map(({ key }) => key));
    for (const key of [...map.atlas.layers.keys()]) {
      if (!wanted.has(key)) { drop(map, key); state.digests.delete(key); }
    }
    for (const { key, digest } of data.layers) {
      if (state.digests.get(key) === digest) continue;
      await put(map, factories.get(digest)());
      state.digests.set(key, digest);
    }
    arrange(map, data.layers.map(({ key }) => key));
    if (state.view !== String(data.view)) {
      look(map, data.view, data.closest);
      state.view = String(data.view);
    }
    select(map, data.selected);
    box.querySelector(".atlas-error")?.remove();
    window.__atlasSeq = (window.__atlasSeq ?? 0) + 1;
  }

  function remove(state) {
    state.watch?.disconnect();
    state.map?.remove();
    state.map = null;
    state.base = null;
  }

  // ---- a file of its own ----

  async function open(map, layers, { view, selected, label }) {
    describe(map, label);
    theme(map);
    await map.atlas.ready;
    for (const made of layers) await put(map, made);
    arrange(map, layers.map(({ data }) => data.key));
    look(map, view);
    select(map, selected);
    window.__atlasSeq = 1;
  }

  return { base, layer, update, remove, open, forget: () => factories.clear() };
})();
