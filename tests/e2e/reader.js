// What a reader's eyes do, for tests: injected into pages, as `reader`.
"use strict";
(() => {
  const channels = (colour) => {
    const found = colour.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    // color(srgb r g b / a) counts from 0 to 1, rgb() from 0 to 255
    const scale = colour.startsWith("color(") ? 255 : 1;
    return [...found.slice(0, 3).map((value) => value * scale), found[3] ?? 1];
  };
  const over = (upper, lower) =>
    [0, 1, 2].map((i) => upper[i] * upper[3] + lower[i] * (1 - upper[3])).concat(1);

  // The colour that is painted behind an element's text: backgrounds, laid one upon another.
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.push(channels(getComputedStyle(at).backgroundColor));
    }
    return layers.reduceRight((lower, upper) => over(upper, lower), [255, 255, 255, 1]);
  };
  // Relative luminance and contrast as WCAG 2 define them.
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (element) => {
    const ground = behind(element);
    const [a, b] = [over(channels(getComputedStyle(element).color), ground), ground].map(luminance);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const seen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 1;

  // Texts below `selector` with less contrast than `least`, once for each kind of element, but for
  // those in what `skip` selects.
  const faint = (least, selector = "body", skip = "#none") => {
    const found = new Map();
    for (const root of document.querySelectorAll(selector)) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const kind = `${element.parentElement.className} > ${element.tagName}.${element.className}`;
        if (!texts.currentNode.data.trim() || found.has(kind) || element.closest(skip) || !seen(element)) continue;
        const ratio = contrast(element);
        if (ratio < least) {
          found.set(kind, `${ratio.toFixed(2)} ${kind}: ${texts.currentNode.data.trim().slice(0, 40)}`);
        }
      }
    }
    return [...found.values()];
  };

  // Call `look` as the page is, then after a click on each of its tabs; return all that it found.
  const afterEachTab = (look) => {
    const found = new Set(look());
    for (const tab of document.querySelectorAll("[role=tab]")) {
      tab.click();
      for (const one of look()) found.add(one);
    }
    return [...found];
  };
  // The same, with the first tabs of all groups at once, then the second ones, and so on.
  const afterEachRound = (look) => {
    const lists = [...document.querySelectorAll("[role=tablist]")];
    const found = new Set(look());
    for (let i = 0; i < Math.max(0, ...lists.map((list) => list.children.length)); i++) {
      for (const list of lists) list.children[i]?.click();
      for (const one of look()) found.add(one);
    }
    return [...found];
  };

  // Elements that make the page wider than the window.
  const sticksOut = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
    const clipped = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return false;
    };
    const names = [...document.querySelectorAll("body *")]
      .filter((e) => seen(e) && e.getBoundingClientRect().right > width + 1 && !clipped(e))
      .map((e) => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`);
    return [`${document.documentElement.scrollWidth} px wide: ${names.slice(-3).join(" | ")}`];
  };

  // What assistive technology stumbles over.
  const barriers = () => {
    const found = [];
    if (!document.documentElement.lang) found.push("no lang");
    for (const image of document.querySelectorAll("img:not([alt])")) found.push(`no alt: ${image.src}`);
    let level = 0;
    for (const heading of document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)")) {
      const next = Number(heading.tagName[1]);
      if (next > level + 1) found.push(`h${level} before ${heading.tagName} ${heading.textContent}`);
      level = next;
    }
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of ids.filter((one, i) => ids.indexOf(one) < i)) found.push(`id twice: ${id}`);
    for (const list of document.querySelectorAll("[role=tablist]")) {
      const tabs = [...list.querySelectorAll("[role=tab]")];
      const shown = tabs.filter((tab) => tab.getAttribute("aria-selected") === "true");
      if (!list.getAttribute("aria-label")) found.push("a tablist without a label");
      if (shown.length !== 1) found.push(`${shown.length} tabs selected: ${list.textContent}`);
      for (const tab of tabs) {
        const panel = document.getElementById(tab.getAttribute("aria-controls"));
        if (panel?.getAttribute("role") !== "tabpanel") found.push(`no panel: ${tab.textContent}`);
        else if (panel.getAttribute("aria-labelledby") !== tab.id) found.push(`no label: ${panel.id}`);
        else if (panel.hidden === shown.includes(tab)) found.push(`wrong panel: ${tab.textContent}`);
      }
    }
    return found;
  };

  window.reader = { afterEachRound, afterEachTab, barriers, behind, contrast, faint, sticksOut };
})();
