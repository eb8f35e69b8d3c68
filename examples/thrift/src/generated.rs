//! What volo's generator makes of `idl/users.thrift`.

#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::pedantic,
    reason = "the generator writes no documentation, and in a style of its own"
)]

include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
