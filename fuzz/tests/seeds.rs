//! Every seed, and mutations of them, on any compiler and without libFuzzer.
//!
//! `RETRY_FUZZ_CASES` mutations are made for each target, 3,000 unless told;
//! they are the same in every run unless `RETRY_FUZZ_SEED` says otherwise.

mod support;

use retry_fuzz::TARGETS;

/// Its rules are those of a whole process, which has to be its own: `tests/rules.rs`.
const ELSEWHERE: &str = "rules";

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            support::attack(stringify!($name), retry_fuzz::$name);
        })*

        #[test]
        fn every_target_has_its_test() {
            let named = TARGETS.iter().map(|(name, _)| *name);
            assert!(named.filter(|name| *name != ELSEWHERE).eq([$(stringify!($name)),*]));
        }
    };
}

targets! {
    attribute attribute_fragments policy words retry_after service_config grpc_pushback replay budget race
    lab
}
