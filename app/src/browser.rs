//! The browser's entry point: called once by the bootstrap module after the wasm is loaded.

use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the islands' runtime. The islands themselves are started one by one by `public/islands.js`.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
