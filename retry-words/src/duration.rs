//! Durations as words: `50ms`, `1.5s`, `2m`.

pub(crate) mod parse;
pub(crate) mod print;
pub(crate) mod units;
