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
    pub(super) tokens: TokenStream,
    /// The braces around the tokens, where they are still the user's own.
    pub(super) braces: Option<Group>,
    pub(super) output: &'a Type,
    pub(super) bindings: Bindings,
}

impl AttemptBody<'_> {
    /// `{ before.. body.. }`.
    ///
    /// The body keeps the user's braces: rustc's messages about its end point at the
    /// closing brace, errors of a half-typed body are not reported twice, and in the 2021
    /// edition temporaries of the tail expression are dropped after the locals, as they
    /// would be without the attribute.
    ///
    /// `before` can stand inside these braces where the body was parsed, and where no
    /// argument is bound anew: a temporary of the tail would outlive that binding. The
    /// `match` keeps rustc from warning of needless braces.
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
