/** The panel's sections as tabs; without this script they simply follow each other. */

/** Turn the links of the bar into tabs and return how to open one. */
export function createTabs({ onChange }) {
  const bar = document.getElementById("tabs");
  const tabs = [...bar.querySelectorAll("[data-tab]")];
  const sections = tabs.map((tab) => document.getElementById(`tab-${tab.dataset.tab}`));
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", bar.getAttribute("aria-label"));
  list.className = bar.className;
  list.id = "tabs";
  const buttons = tabs.map((tab, index) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = tab.textContent;
    made.id = `tab-button-${tab.dataset.tab}`;
    made.dataset.tab = tab.dataset.tab;
    made.setAttribute("role", "tab");
    made.setAttribute("aria-controls", sections[index].id);
    made.addEventListener("click", () => open(tab.dataset.tab));
    sections[index].setAttribute("role", "tabpanel");
    sections[index].setAttribute("aria-labelledby", made.id);
    return made;
  });
  list.append(...buttons);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    open(next.dataset.tab);
  });
  bar.replaceWith(list);

  function open(name) {
    buttons.forEach((made, index) => {
      const on = made.dataset.tab === name;
      made.setAttribute("aria-selected", String(on));
      made.tabIndex = on ? 0 : -1;
      sections[index].hidden = !on;
    });
    onChange(name);
  }
  return { open };
}
