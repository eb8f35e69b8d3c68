//! What the files that write parts of the loop share.

use super::arguments::Bindings;
use super::awaits::{self, Caller};
use crate::plan::RetryPlan;
use crate::syntax::tokens::{begins_with_item, code, group_like, rename_self};
use crate::syntax::words::Words;
use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::ToTokens;
use std::cell::Cell;
use syn::{Token, Type};

/// Writes the loop of one plan.
#[derive(Clone, Copy)]
pub(super) struct LoopWriter<'a> {
    pub(super) plan: &'a RetryPlan,
    /// What the runtime is called in the function.
    pub(super) rt: &'a Ident,
    /// What `self` is called there: `__self` in the body that `async_trait` writes.
    pub(super) self_name: Option<&'static str>,
    /// Whether the loop is the end of what it stands in, and can `return`, which is quiet
    /// under the lint on implicit ones. What `#[async_trait]` puts around it binds its value.
    pub(super) returns: bool,
    /// The names that the body finds bound: the arguments', those that options bind, and
    /// those of the statements before an attempt.
    pub(super) parameters: &'a [Ident],
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

    /// The end of all attempts, with `outcome`.
    pub(super) fn ends_in(&self, outcome: TokenStream) -> TokenStream {
        if self.returns {
            code!(return #outcome;)
        } else {
            outcome
        }
    }

    /// Code of the user's with a check around all that it awaits. `None` where it awaits
    /// nothing.
    pub(super) fn checked_awaits(&self, code: &TokenStream, words: &Words) -> Option<TokenStream> {
        let checked = awaits::checked(code, words, self.caller())?;
        self.checks_awaits.set(true);
        Some(checked)
    }

    /// The function, for what its body calls.
    pub(super) fn caller(&self) -> Caller<'_> {
        Caller {
            rt: self.rt,
            parameters: self.parameters,
            has_key: self.plan.key.is_some(),
            is_sync: self.plan.function_kind.is_sync(),
            is_declared: false,
        }
    }
}

/// The attempt: the user's own code, and what stands around it.
pub(super) struct AttemptBody<'a> {
    /// The user's statements, between the user's own braces.
    pub(super) block: Group,
    /// Those of the statements.
    pub(super) words: Words,
    pub(super) output: &'a Type,
    /// Whether all arguments are copied. An attempt takes a copy each then, so that what
    /// is wrong with the use of a `&self` is reported at that use.
    pub(super) copies: bool,
    pub(super) bindings: Bindings,
}

impl AttemptBody<'_> {
    /// Whether it is compiled apart from the loop: a call costs it nothing in comparison.
    pub(super) fn is_large(&self) -> bool {
        const TOKENS: usize = 100;
        self.words.tokens() > TOKENS
    }

    /// What stands behind the `async` of a block that makes use of the arguments.
    pub(super) fn capture(&self) -> Option<Token![move]> {
        self.copies.then(|| Token![move](Span::mixed_site()))
    }

    /// `{ before.. body.. }` with the user's braces: coverage tools look for the body
    /// between them, and rustc's messages about its end point at the closing one.
    ///
    /// The body is a block of its own inside in three cases. Where an argument is bound anew,
    /// that binding has to outlive the temporaries of the tail expression, which in the 2021
    /// edition are dropped after the locals. And where the body could not be parsed, rustc
    /// would report its errors once more if its tokens were put into other braces. And where
    /// it begins with items, lints want them before all statements. The `match` keeps rustc from warning of needless braces, and ends the temporaries.
    pub(super) fn block(&self, before: &TokenStream, rewritten: Option<TokenStream>) -> Group {
        let inside = self.bindings.inside();
        let tokens = match rewritten {
            Some(rewritten) if inside.is_empty() && !begins_with_item(&rewritten) => {
                code!(#before #rewritten)
            }
            rewritten => {
                let body = rewritten.map(|rewritten| group_like(&self.block, rewritten));
                let body = body.as_ref().unwrap_or(&self.block);
                code!(#before #inside match () { () => #body })
            }
        };
        group_like(&self.block, tokens)
    }
}
