//! The keys of the attribute. [`keys!`] is the one table of them; how a value is read
//! stands in the file of its key, in `callable` or `closure` where several keys share
//! a form, or in `simple`.

mod backoff;
mod budget;
mod callable;
mod closure;
mod hedge;
mod jitter;
mod key_info;
mod setting;
mod simple;
pub(crate) mod spanned_key;
mod suggest;

use self::key_info::{Form, KeyInfo, OnNone, skip_to_next_key};
use self::spanned_key::SpannedKey;
use crate::plan::{
    BackoffPlan, BeforeRetry, BudgetPlan, Callable, Fallback, HedgePlan, NamePlan, NotifyPlan,
    OnPlan, Setting, SleepPlan, Spanned,
};
use crate::syntax::errors::Errors;
use crate::syntax::runtime_path::{Home, RuntimePath};
use proc_macro2::TokenStream;
use retry_words::Jitter;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Path, Token};

/// Declares the keys once: the struct, the table for messages, the dispatch.
///
/// A line is: what the key is for, as messages say it; the field and the key; the type
/// and the function that reads it; the form; what `none` does; and what people coming
/// from other crates call it.
macro_rules! keys {
    ($(
        #[doc = $help:literal]
        $field:ident = $key:literal: $ty:ty, $read:path, $form:ident, $none:ident,
            [$($elsewhere:literal),*];
    )*) => {
        /// What was written, key by key.
        #[derive(Default, Clone)]
        pub(crate) struct Options {
            $(#[doc = $help] pub(crate) $field: SpannedKey<$ty>,)*
        }

        /// In the order in which messages list them.
        const KEYS: &[KeyInfo] = &[$(KeyInfo {
            name: $key,
            help: $help,
            form: Form::$form,
            on_none: OnNone::$none,
            elsewhere: &[$($elsewhere),*],
        }),*];

        impl Options {
            fn read(
                &mut self,
                key: &Ident,
                input: ParseStream,
                errors: &mut Errors,
            ) -> syn::Result<()> {
                let name = key.unraw().to_string();
                let Some(info) = KEYS.iter().find(|info| info.name == name) else {
                    return Err(syn::Error::new(key.span(), suggest::unknown(&name, KEYS)));
                };
                $(if info.name == $key {
                    return info.read(key, &mut self.$field, $read, input, errors);
                })*
                Ok(())
            }

            /// These options, and those of `base` where these say nothing.
            pub(crate) fn or(self, base: Options) -> Options {
                Options {
                    $($field: self.$field.or(base.$field),)*
                }
            }

            /// The keys that were written, in the order of the table.
            fn written(&self) -> impl Iterator<Item = &Ident> {
                [$(self.$field.key()),*].into_iter().flatten()
            }
        }
    };
}

keys! {
    /// how many retries there are at most, after the first attempt
    max = "max": Setting<u32>, simple::max, Value, IsRead,
        ["max_retries", "retries", "retry_count", "times", "max_times", "limit"];
    /// the delays before the retries
    backoff = "backoff": BackoffPlan, backoff::parse, Value, IsRead,
        ["delay", "strategy", "interval", "wait"];
    /// how much of each delay is drawn at random
    jitter = "jitter": Spanned<Jitter>, jitter::parse, Value, IsRead, [];
    /// which errors are retried
    on = "on": OnPlan, callable::on, Value, Lifts,
        ["when", "retry_if", "if", "condition", "retry_on", "retryable"];
    /// which responses are retried
    on_ok = "on_ok": Callable, callable::on_ok, Value, Lifts,
        ["retry_if_ok", "on_result", "when_ok"];
    /// what a poll waits for: attempts go on until a response passes
    until = "until": Callable, callable::until, Value, Lifts,
        ["poll", "poll_until", "wait_until", "wait_for"];
    /// the error of a poll that ran out
    unfinished = "unfinished": Callable, callable::unfinished, Value, Lifts, [];
    /// the time that each attempt may take
    timeout = "timeout": Setting<Duration>, simple::timeout, Value, Lifts,
        ["time_out", "attempt_timeout"];
    /// the time within which retries start
    retry_for = "retry_for": Setting<Duration>, simple::retry_for, Value, Lifts,
        ["max_elapsed", "max_elapsed_time", "max_total_delay", "total_delay", "retry_timeout"];
    /// the time that the whole call may take
    deadline = "deadline": Setting<Duration>, simple::deadline, Value, Lifts,
        ["total", "total_timeout"];
    /// how a time-out becomes an error
    elapsed = "elapsed": Callable, callable::elapsed, Value, Lifts, [];
    /// what pays for retries
    budget = "budget": BudgetPlan, budget::parse, Value, IsRead, [];
    /// a circuit breaker that admits attempts
    breaker = "breaker": Expr, simple::breaker, Value, Lifts, [];
    /// how the breaker's rejection becomes an error
    rejected = "rejected": Callable, callable::rejected, Value, Lifts, [];
    /// when another attempt starts beside one that has not answered
    hedge = "hedge": HedgePlan, hedge::parse, ValueOrArguments, Lifts, [];
    /// whether the calls inside may retry while this one is on a retry
    nested = "nested": (), simple::nested, Value, IsRead, [];
    /// what is told of a failed attempt before the wait for the next one
    notify = "notify": NotifyPlan, closure::notify, Value, Lifts,
        ["on_retry", "on_error", "on_failure", "on_failed_attempt", "log", "observer"];
    /// what runs after the delay, before the attempt
    before_retry = "before_retry": BeforeRetry, closure::before_retry, Value, Lifts,
        ["before", "before_attempt", "hook", "reconnect"];
    /// what stands in where retries end in failure
    fallback = "fallback": Fallback, closure::fallback, Value, Lifts, [];
    /// the name under which the body sees its `Attempt`
    attempt = "attempt": Ident, simple::attempt, Value, IsRead, [];
    /// a shared or reloadable policy
    policy = "policy": Expr, simple::policy, Value, Lifts, [];
    /// the name under which the body sees the call's `IdempotencyKey`
    key = "key": Ident, simple::key, Value, IsRead, [];
    /// a declaration has to say that the function may run twice
    strict = "strict": (), simple::flag, Flag, IsRead, [];
    /// a span of `tracing` around each attempt
    spans = "spans": (), simple::flag, Flag, IsRead, [];
    /// what logs and metrics call the function
    name = "name": NamePlan, simple::name, Value, IsRead, [];
    /// to whom the calls go, for logs and metrics
    target = "target": Expr, setting::expr, Value, Lifts,
        ["peer", "upstream", "service", "host"];
    /// another timer than tokio's
    sleep = "sleep": SleepPlan, closure::sleep, Value, Lifts, ["sleeper", "timer"];
    /// where the runtime lives, for re-exports
    crate_path = "crate": Path, simple::crate_path, Value, IsRead, [];
}

impl Options {
    /// Reads the attribute's tokens; what is wrong goes to `errors`, what is
    /// right stays.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let read = |input: ParseStream| {
            while !input.is_empty() {
                let result = options.read_one(input, errors);
                if let Err(error) = result {
                    errors.push(error);
                    skip_to_next_key(input)?;
                }
            }
            Ok(())
        };
        let result = read.parse2(tokens);
        errors.take(result);
        options
    }

    fn read_one(&mut self, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        let key = Ident::parse_any(input).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected a key: one of {}", key_info::list(KEYS)),
            )
        })?;
        self.read(&key, input, errors)?;
        if input.is_empty() {
            return Ok(());
        }
        input.parse::<Token![,]>().map(drop).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected `,` after the value of `{key}`"),
            )
        })
    }

    /// The runtime, at its usual place or where `crate` says.
    pub(crate) fn runtime(&self) -> RuntimePath {
        self.runtime_or(Home::Runtime)
    }

    /// The same for an attribute of either crate.
    pub(crate) fn runtime_or(&self, home: Home) -> RuntimePath {
        RuntimePath::new(home, self.crate_path.value())
    }

    /// For an attribute that is not `#[retry]` and has no key but `crate`.
    pub(crate) fn refuse_all_but_crate(&self, attribute: &str, errors: &mut Errors) {
        for key in self.written().filter(|key| *key != "crate") {
            let name = key.unraw();
            let message = format!("`#[{attribute}]` has no key `{name}`: it takes `crate`");
            errors.at(key.span(), message);
        }
    }
}
