//! The service, as both sides know it.

#![allow(missing_docs, reason = "what the macro of tarpc generates has none")]

/// The users of a shop.
#[tarpc::service]
pub trait Users {
    /// The name of a user; an error where there is no such user.
    async fn name(id: u64) -> Result<String, String>;
}
