// Lists one can tick: all at once, a count and a sum said aloud, a bar that appears with the first tick.
//
// <form data-selection> holds the table and the bar <div class="selection" data-bar>. Each box carries
// data-cents (minor units) and data-currency; [data-all] ticks the page; [data-sum] receives the words.

const words = (bar, boxes) => {
  const sums = new Map();
  for (const { dataset } of boxes) {
    // BigInt: a sum of money is never a float.
    const currency = dataset.currency || "EUR";
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(dataset.cents || "0"));
  }
  const amounts = [...sums].map(([currency, cents]) => spell(cents, currency));
  const pattern = boxes.length === 1 ? bar.dataset.one : bar.dataset.many;
  return [pattern.replace("%n", boxes.length), ...amounts].join(" · ");
};

const spell = (cents, currency) => {
  const form = new Intl.NumberFormat(document.documentElement.lang || "fr", { style: "currency", currency });
  const places = form.resolvedOptions().maximumFractionDigits;
  const digits = String(cents < 0n ? -cents : cents).padStart(places + 1, "0");
  const cut = digits.length - places;
  const text = digits.slice(0, cut) + (places ? `.${digits.slice(cut)}` : "");
  // Intl reads a decimal written as text exactly; the sign is the typographic one.
  return (cents < 0n ? "−" : "") + form.format(text);
};

const prepare = (form) => {
  const bar = form.querySelector("[data-bar]");
  const all = form.querySelector("[data-all]");
  if (!bar) return;
  const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox][name]")];

  const refresh = () => {
    const ticked = boxes().filter((box) => box.checked);
    bar.hidden = ticked.length === 0;
    bar.querySelector("[data-sum]").textContent = ticked.length ? words(bar, ticked) : "";
    if (all) {
      all.checked = ticked.length > 0 && ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
  };

  let last = null;
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches("tbody input[type=checkbox][name]")) return;
    // Shift ticks everything between two clicks, as in a file manager.
    if (event.shiftKey && last) {
      const list = boxes();
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      for (const between of list.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
  });

  form.addEventListener("change", (event) => {
    if (event.target === all) {
      for (const box of boxes()) box.checked = all.checked;
    }
    refresh();
  });

  form.querySelector("[data-none]")?.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    refresh();
  });

  if (all) all.closest("label").hidden = false;
  // The browser may bring ticks back with the page.
  refresh();
  window.addEventListener("pageshow", refresh);
};

for (const form of document.querySelectorAll("form[data-selection]")) prepare(form);
