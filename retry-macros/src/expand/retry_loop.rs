//! The loop over attempts.

use super::writer::{AttemptBody, LoopWriter};
use crate::syntax::signature;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;

impl LoopWriter<'_> {
    /// All that stands in the function, as the statements of a block.
    pub(super) fn write(&self, body: &AttemptBody<'_>) -> TokenStream {
        let before = &body.bindings.before;
        let (witness, setup) = (self.named_witness(body.output), self.setup());
        let kept = self.kept(body.output);
        let attempts = match &self.plan.hedge {
            Some(hedge) => self.hedged(body, hedge),
            None => self.one_by_one(body),
        };
        let attempts = self.with_fallback(body.output, attempts);
        code!(#before #witness #setup #kept #attempts)
    }

    /// One attempt after the other, up to the outcome of the call.
    fn one_by_one(&self, body: &AttemptBody<'_>) -> TokenStream {
        let rt = self.rt;
        let (admission, attempt) = (self.admission(body.output), self.outcome(body));
        let (decision, pause) = (self.decision(body), self.pause());
        code! {
            let mut __retry_call = #rt::Call::new();
            loop {
                let __retry_wait = {
                    #admission
                    #attempt
                    #decision
                };
                #pause
            }
        }
    }

    /// What a call needs once, before its first attempt.
    fn setup(&self) -> TokenStream {
        let (plan, rt) = (self.plan, self.rt);
        let (site, site_name) = (self.site(), self.site_name());
        let budget = self.budget_static();
        let backoff = plan.backoff.as_ref().map(|expr| {
            let span = SpanRange::of(expr);
            let given = span.call(rt, "Given", None, self.code(expr));
            let any = if plan.policy.has_default_max() {
                code!(UncountedDelays)
            } else {
                code!(AnyDelays)
            };
            quote_spanned!(span.first()=>
                let mut __retry_delays = { use #rt::{#any as _, NoDelays as _}; #given.__delays() };)
        });
        let deadline = plan
            .timed
            .then(|| code!(let __retry_deadline = __retry_ruling.deadline(&#site_name);));
        let retry_until = plan
            .retries_for
            .then(|| code!(let __retry_until = __retry_ruling.retry_until(&#site_name);));
        let seed = plan
            .names_attempt()
            .then(|| code!(let __retry_seed = #rt::seed();));
        let key = plan.key.as_ref().filter(|_| plan.makes_key);
        let key = key.map(|name| code!(let #name = #rt::IdempotencyKey::new();));
        code!(#budget #site #backoff #deadline #retry_until #seed #key)
    }

    /// `let outcome: R = ..;`: runs the attempt, within its limit.
    pub(super) fn outcome(&self, body: &AttemptBody<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, self.rt, body.output);
        let site = self.site_name();
        // It bears on the limit.
        let fault = plan.cuts().then(|| {
            let name = self.name_in_attempt();
            code!(let __retry_fault = #rt::fault!(__retry_call, #name);)
        });
        let limit = plan.timed.then(|| {
            let limit = code!(__retry_ruling.limit(&#site, __retry_deadline));
            let limit = if plan.cuts() {
                code!(#rt::limited(#limit, &__retry_fault))
            } else {
                limit
            };
            code!(let __retry_limit = #limit;)
        });
        let attempt = plan.attempt.as_ref().map(|name| {
            let limit = if plan.timed {
                code!(__retry_limit)
            } else {
                code!(#rt::None)
            };
            code!(let #name = (&__retry_call).attempt(__retry_seed, #limit);)
        });
        let run = self.within_limit(body);
        let cut = plan.cuts().then(|| code!(let mut __retry_cut = #rt::None;));
        // `timeout` begins when `before_retry` has ended. Its error is dropped before the
        // attempt is awaited, so that it need not be `Send`.
        let hook = plan.before_retry.as_ref().map(|hook| {
            let hook = self.hook(hook, output);
            let failed = self.failed_before(output, code!(__retry_error));
            // In braces, since syn 2 cannot parse `break 'attempt ::path`: an attribute macro
            // built on it may be expanded next.
            let settle = self.settle();
            code! {
                if let #rt::Some(__retry_error) = { #hook } { break 'attempt { #failed }; }
                #settle
            }
        });
        let outcome = code!(#fault #limit #attempt let __retry_outcome: #output = #run;);
        // In a block, so that the body sees the name of the attempt and other options do not.
        let outcome = match (hook, attempt) {
            (None, None) => outcome,
            (None, Some(_)) => code!(let __retry_outcome: #output = { #outcome __retry_outcome };),
            (Some(hook), _) => {
                code!(let __retry_outcome: #output = 'attempt: { #hook #outcome __retry_outcome };)
            }
        };
        code!(#cut #outcome)
    }

    /// The attempt, cut when its time is over.
    fn within_limit(&self, body: &AttemptBody<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, self.rt, body.output);
        let run = self.attempt(body);
        if plan.function_kind.is_sync() {
            return run;
        }
        if !plan.cuts() {
            return code!(#run.await);
        }
        let (sleep, elapsed) = (self.sleep(), self.elapsed(output));
        let failed = self.failed(output, elapsed);
        let outcome = self.witnessed(output, code!(__retry_outcome));
        code! {
            match #rt::Cut::new(#run, __retry_limit, |__retry_wait| #sleep).await {
                #rt::Ok(__retry_outcome) => #outcome,
                #rt::Err(__retry_elapsed) => {
                    __retry_cut = #rt::Some(__retry_elapsed);
                    #failed
                }
            }
        }
    }

    /// The attempt itself: a future, or in a sync fn its outcome.
    fn attempt(&self, body: &AttemptBody<'_>) -> TokenStream {
        let (plan, rt, output) = (self.plan, self.rt, body.output);
        let (site, is_retry) = (self.site_for_call(), self.is_retry());
        let scope = if plan.nested {
            code!(#site.scope_with_nested(#is_retry))
        } else {
            code!(#site.scope(#is_retry))
        };
        let injected = self.injected(output);
        let head = self.head_of_attempt(body);
        if plan.function_kind.is_sync() {
            let closure = quote_spanned!(head=> ||);
            let checked = self.checked_awaits(&body.block.stream(), &body.words);
            let block = body.block(&code!(), checked);
            let run = code!(#rt::attempt_sync(#scope, #injected, #closure -> #output #block));
            return self
                .within_span("in_span_sync", code!(|| #run))
                .unwrap_or(run);
        }
        let checked = self.checked_awaits(&body.block.stream(), &body.words);
        let block = body.block(&self.expected(output), checked);
        let r#async = quote_spanned!(head=> async);
        let r#move = body.capture();
        let attempt = if body.is_large() {
            code!(large_attempt)
        } else {
            code!(attempt)
        };
        let run = code!(#rt::#attempt(#scope, #injected, #r#async #r#move #block));
        self.within_span("in_span", run.clone()).unwrap_or(run)
    }

    /// Where the attempt begins: an `async` block at the user's own brace, as if it was
    /// written there, since rustc does not name a variable that code of a macro's captures.
    /// The closure of a sync fn is where it is said that nothing can be awaited.
    pub(super) fn head_of_attempt(&self, body: &AttemptBody<'_>) -> Span {
        if self.plan.function_kind.is_sync() {
            self.plan.fn_span.resolved_at(Span::mixed_site())
        } else {
            body.block.span_open()
        }
    }

    /// What a test has the attempt end in. An error type that has no name it cannot make.
    fn injected(&self, output: &Type) -> TokenStream {
        let rt = self.rt;
        let result = if signature::is_error_inferred(output) {
            code!(_)
        } else {
            output.to_token_stream()
        };
        if self.plan.cuts() {
            return code!(#rt::injected!(__retry_fault, #result));
        }
        let name = self.name_in_attempt();
        code!(#rt::fault!(__retry_call, #name, #result))
    }

    /// Whether the attempt that starts is a retry: in a poll only after a failure.
    pub(super) fn is_retry(&self) -> TokenStream {
        if self.plan.until.is_some() {
            code!((&__retry_call).is_after_failure())
        } else {
            code!((&__retry_call).is_retry())
        }
    }

    /// With `spans`: the attempt in a span of `tracing`.
    fn within_span(&self, function: &str, attempt: TokenStream) -> Option<TokenStream> {
        let rt = self.rt;
        let span = SpanRange::at(self.plan.spans?);
        let (name, tracing) = (self.name_in_attempt(), span.first_ident(rt));
        let tracing = span.ours(code!(#tracing::Tracing));
        let arguments = code!(#tracing, #name, (&__retry_call).number(), #attempt);
        Some(span.call(rt, function, None, arguments))
    }
}
