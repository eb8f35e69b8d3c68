//! What the files that write one loop share: the plan in hand, and the attempt.

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
    /// What `self` is called where the loop stands.
    pub(super) self_name: Option<&'static str>,
    /// Set where an `.await` is checked: the trait for it has to be imported then.
    pub(super) checks_awaits: &'a Cell<bool>,
}

impl LoopWriter<'_> {
    /// Code of the user's in an option, where the loop stands.
    pub(super) fn code(&self, code: &impl ToTokens) -> TokenStream {
        let code = code.to_token_stream();
        match self.self_name {
            Some(name) => rename_self(code, name),
            None => code,
        }
    }

    /// User code with what it awaits checked; `None` where it stays as it is.
    pub(super) fn checked_awaits(&self, code: &TokenStream) -> Option<TokenStream> {
        let checked = awaits::checked(code, self.rt)?;
        self.checks_awaits.set(true);
        Some(checked)
    }
}

/// The attempt: the user's own code, and what stands around it.
pub(super) struct AttemptBody<'a> {
    pub(super) tokens: TokenStream,
    /// The braces around the tokens, where they are still the user's own.
    pub(super) braces: Option<Group>,
    pub(super) output: &'a Type,
    pub(super) bindings: Bindings,
}

impl AttemptBody<'_> {
    /// `{ before.. body.. }`. The braces of the body stay the user's own: what
    /// rustc says of its end points at the closing one then, what it has said
    /// of a half-typed body already is not said twice, and in the 2021 edition
    /// the temporaries of the tail outlive the locals, as they did. They are
    /// the outer braces as well where the body can be taken apart, and where no
    /// argument is bound anew, which such a temporary would outlive too. The
    /// `match` is there for the lint on braces that are not needed.
    pub(super) fn block(
        &self,
        before: &TokenStream,
        rewritten: Option<TokenStream>,
    ) -> TokenStream {
        let inside = &self.bindings.inside;
        match (&self.braces, rewritten) {
            (None, rewritten) => {
                let tokens = rewritten.as_ref().unwrap_or(&self.tokens);
                code!({ #before #inside #tokens })
            }
            (Some(braces), Some(rewritten)) if inside.is_empty() => {
                let block = group_like(braces, code!(#before #rewritten));
                block.into_token_stream()
            }
            (Some(braces), rewritten) => {
                let body = rewritten.map(|rewritten| group_like(braces, rewritten));
                let body = body.as_ref().unwrap_or(braces);
                code!({ #before #inside match () { () => #body } })
            }
        }
    }
}
