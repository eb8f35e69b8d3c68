//! The rules of `central`, in a process that has no other calls, see `tests/seeds.rs`.

mod support;

#[test]
fn rules() {
    support::attack("rules", retry_fuzz::rules);
}
