//! What the files that write parts of the loop share.

use super::arguments::Bindings;
use super::awaits;
use crate::plan::RetryPlan;
use crate::syntax::tokens::{code, group_like, rename_self};
use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens;
use std::cell::Cell;
use syn::Type;

/// Writes the loop of one plan.
#[derive(Clone, Copy)]
pub(super) struct LoopWriter<'a> {
    pub(super) plan: &'a RetryPlan,
    /// What the runtime is called in the function.
    pub(super) rt: &'a Ident,
    /// What `self` is called there: `__self` in the body that `async_trait` writes.
    pub(super) self_name: Option<&'static str>,
    /// Set where an `.await` is checked: the trait for it has to be imported then.
    pub(super) checks_awaits: &'a Cell<bool>,
}

impl LoopWriter<'_> {
    /// The user's code of an option, with `self` under its name there.
    pub(super) fn code(&self, code: &impl ToTokens) -> TokenStream {
        let code = code.to_token_stream();
        match self.self_name {
            Some(name) => rename_self(code, name),
            None => code,
        }
    }

    /// Code of the user's with a check around all that it awaits. `None` where it awaits
    /// nothing.
    pub(super) fn checked_awaits(&self, code: &TokenStream) -> Option<TokenStream> {
        let checked = awaits::checked(code, self.rt)?;
        self.checks_awaits.set(true);
        Some(checked)
    }
}

/// The attempt: the user's own code, and what stands around it.
pub(super) struct AttemptBody<'a> {
    /// The user's statements, between the user's own braces.
    pub(super) block: Group,
    pub(super) output: &'a Type,
    pub(super) bindings: Bindings,
}

impl AttemptBody<'_> {
    /// `{ before.. body.. }`, between the braces of the body: coverage tools look for
    /// the body there, what rustc says of its end points at the closing one, and in the
    /// 2021 edition the temporaries of the tail outlive the locals, as they did. What
    /// is bound anew for the attempt has to outlive these temporaries; then the body
    /// keeps a block of its own, and so it does where it was not taken apart, since
    /// what rustc has said of a half-typed one is not said twice. The `match` is there
    /// for the lint on braces that are not needed, and it ends temporaries.
    pub(super) fn block(&self, before: &TokenStream, rewritten: Option<TokenStream>) -> Group {
        let inside = &self.bindings.inside;
        let tokens = match rewritten {
            Some(rewritten) if inside.is_empty() => code!(#before #rewritten),
            rewritten => {
                let body = rewritten.map(|rewritten| group_like(&self.block, rewritten));
                let body = body.as_ref().unwrap_or(&self.block);
                code!(#before #inside match () { () => #body })
            }
        };
        group_like(&self.block, tokens)
    }
}
