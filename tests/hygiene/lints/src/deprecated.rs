//! Derives on what is deprecated: the user has said so, and is not told.

use retry_runtime::{Operation, Transient};

/// A struct.
#[deprecated = "no longer sent"]
#[derive(Clone, Copy, Debug, Operation)]
#[operation(safe)]
pub struct Request;

/// An error.
#[deprecated = "no longer returned"]
#[derive(Clone, Copy, Debug, Transient)]
#[transient(after = after)]
pub struct Busy {
    /// The server's push-back.
    #[deprecated = "no longer sent"]
    pub after: ::core::time::Duration,
}

/// An enum.
#[derive(Clone, Copy, Debug, Operation, Transient)]
pub enum Kind {
    /// A variant.
    #[deprecated = "no longer sent"]
    #[operation(safe)]
    #[transient]
    Old,
    /// Another.
    #[operation(keyed)]
    New,
}
