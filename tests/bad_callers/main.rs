//! Callers whose own code goes wrong: it panics, calls back into the library, is
//! forgotten half-way, or asks for what no clock can express. What is theirs comes
//! through; what is ours is as it was.

mod callers;
mod extremes;
mod forgotten;
mod panics;
mod reentrancy;
mod support;
