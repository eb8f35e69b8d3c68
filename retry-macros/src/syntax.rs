//! Rust as the macros read it: items, signatures, attributes, tokens and spans.

pub(crate) mod attributes;
pub(crate) mod changes;
pub(crate) mod control_flow;
pub(crate) mod errors;
pub(crate) mod foreign_macros;
pub(crate) mod function;
pub(crate) mod keys;
pub(crate) mod markers;
pub(crate) mod patterns;
pub(crate) mod returned_future;
pub(crate) mod runtime_path;
pub(crate) mod signature;
pub(crate) mod span_range;
pub(crate) mod tokens;
pub(crate) mod words;
