// Starts the islands of a page: the few parts of it that run in the browser. Served beside app.js under one address
// that carries the hash of all three files. Pages without islands load no wasm.

const islands = document.querySelectorAll('leptos-island');

if (islands.length > 0) {
  const module = await import('./app.js');
  await module.default();
  module.hydrate();
  // In document order, outer before inner. An island among another one's children first tells that one that its
  // children are being hydrated, so that both agree on who owns what.
  for (const island of islands) {
    const start = module[island.dataset.component];
    if (!start) {
      console.warn(`no code for the island ${island.dataset.component}`);
      continue;
    }
    island.parentElement.closest('leptos-children')?.$$on_hydrate?.();
    await start(island);
  }
  document.documentElement.dataset.islands = 'ready';
}
