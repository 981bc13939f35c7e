// Layers and legend of a map, one panel. Values are written as text only, never as markup.
window.atlasPanel = (function () {
  "use strict";

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function swatch({ mark, color }) {
    const node = make("span", `atlas-swatch atlas-${mark}`);
    node.style.setProperty("--atlas-color", color);
    return node;
  }

  function legendOf({ entries, caveat }, result) {
    const box = make("div", "atlas-legend");
    for (const entry of result || entries.length > 1 ? entries : []) {
      const row = box.appendChild(make("div", "atlas-entry"));
      row.appendChild(swatch(entry));
      row.appendChild(make("span", "", entry.label));
      if (entry.count !== null) {
        row.appendChild(make("span", "atlas-count", entry.count.toLocaleString("en-US")));
      }
    }
    if (caveat) box.appendChild(make("p", "", caveat));
    return box;
  }

  // `stack` puts layers in their order again.
  function panel(map, stack) {
    const control = L.control({ position: "topright" });
    const box = make("section", "atlas-panel");
    box.setAttribute("aria-label", "Layers and legend");
    const toggle = box.appendChild(make("button", "", "Layers and legend"));
    toggle.type = "button";
    const list = box.appendChild(make("div", "atlas-list"));
    let open = null; // undecided until the map has a width
    function fold(now) {
      open = now;
      toggle.setAttribute("aria-expanded", String(open));
      list.hidden = !open;
    }
    toggle.addEventListener("click", () => fold(!open));
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    control.onAdd = () => box;
    control.addTo(map);

    function row(key) {
      const { group, data } = map.atlas.layers.get(key);
      const item = make("div", "atlas-item");
      const title = item.appendChild(make("label"));
      const check = title.appendChild(make("input"));
      check.type = "checkbox";
      check.checked = map.hasLayer(group);
      title.appendChild(make("span", "", data.title));
      const { entries } = data.legend;
      if (!data.result && entries.length === 1) title.appendChild(swatch(entries[0]));
      const legend = item.appendChild(legendOf(data.legend, data.result));
      legend.hidden = !check.checked;
      check.addEventListener("change", () => {
        map.atlas.shown.set(key, check.checked);
        legend.hidden = !check.checked;
        const now = map.atlas.layers.get(key).group;
        if (check.checked) now.addTo(map);
        else now.remove();
        stack(map);
      });
      return item;
    }

    function write() {
      if (open === null && map.getSize().x) fold(map.getSize().x > 640);
      const scroll = list.scrollTop;
      const focus = [...list.querySelectorAll("input")].indexOf(document.activeElement);
      const order = [...map.atlas.order].reverse();
      const found = (key) => map.atlas.layers.get(key).data.result;
      const sources = new Set(
        order.map((key) => map.atlas.layers.get(key).data.legend.attribution).filter(Boolean),
      );
      list.replaceChildren(
        ...order.filter(found).map(row), ...order.filter((key) => !found(key)).map(row),
        ...(sources.size ? [make("p", "atlas-sources", [...sources].join(" · "))] : []),
      );
      list.scrollTop = scroll;
      if (focus >= 0) list.querySelectorAll("input")[focus]?.focus();
    }
    return {
      write, width: () => (open ? box.offsetWidth : 0), holds: (node) => box.contains(node),
    };
  }

  return { make, panel };
})();
