//! Tests of the crate as a whole: what goes in is the source of a file, and what comes out is
//! looked at as tokens, without a compiler.

mod expander;
mod expansions;
pub(crate) mod printer;
mod refusals;
pub(crate) mod source;
