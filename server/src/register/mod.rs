//! The register for staff: companies, engagements and their legal papers are written here, one version after the
//! other, and judged by gates G1 to G8. Changes, notices and activations are elsewhere.

pub mod customer_gates;
mod gate_facts;
pub mod gates_command;

pub use gate_facts::{Judged, gate_facts, gate_facts_as_of, judge, judge_all, noticed_hash};
