//! What keeps the traits that the compiler's messages name from being implemented
//! elsewhere, so that they may change.

/// Implemented in this crate alone. `By` tells implementations apart that would overlap.
pub trait Sealed<By = ()> {}
