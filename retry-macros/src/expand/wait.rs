//! The wait before a retry.

use super::writer::LoopWriter;
use crate::plan::{BudgetPlan, SleepPlan};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{code, statements};
use proc_macro2::TokenStream;
use quote::ToTokens;

impl LoopWriter<'_> {
    /// Asks the timer for `wait`.
    pub(super) fn sleep(&self) -> TokenStream {
        let (rt, is_sync) = (self.rt, self.plan.function_kind.is_sync());
        let (span, timer) = match &self.plan.sleep {
            Some(SleepPlan::Inlined { wait, body }) => {
                let span = SpanRange::of(body);
                let body = self.code(&statements(body));
                (span, span.block(code!(let #wait = __retry_wait; #body)))
            }
            Some(SleepPlan::Path(path)) => called(&path.to_token_stream()),
            None if is_sync => called(&code!(#rt::sleep_sync)),
            None => called(&code!(#rt::sleep)),
        };
        span.call(rt, if is_sync { "blocked" } else { "timer" }, None, timer)
    }

    /// Waits, if there is anything to wait for. A call that is dropped while it waits, or
    /// whose timer panics, gives back to the budget what the retry took. The delay goes by value: a borrowed
    /// one would be stored in the future during every attempt.
    pub(super) fn pause(&self) -> TokenStream {
        let rt = self.rt;
        if self.plan.function_kind.is_sync() {
            let sleep = self.sleep();
            return if self.plan.sleep.is_some() {
                self.pause_with_users_timer(&sleep)
            } else {
                code!(if #rt::pauses(__retry_wait) { #sleep; })
            };
        }
        match &self.plan.sleep {
            None => self.pause_with_own_timer(),
            Some(timer) => {
                // With the span of the timer, so that a timer that is no future is reported
                // once.
                let (sleep, awaited) = (self.sleep(), SpanRange::of(timer).ours(code!(.await)));
                self.pause_with_users_timer(&code!(let _ = #sleep #awaited))
            }
        }
    }

    /// Who gets back what was paid for the retry, if it does not start.
    fn payer(&self, budget: &TokenStream) -> TokenStream {
        let rt = self.rt;
        if self.plan.until.is_some() {
            code!((&__retry_call).paid_by(#rt::Some(#budget)))
        } else {
            code!(#rt::Some(#budget))
        }
    }

    fn pause_with_own_timer(&self) -> TokenStream {
        let rt = self.rt;
        let budget = match self.budget() {
            None => code!(#rt::NO_BUDGET),
            Some(budget) => self.payer(&budget),
        };
        let pause = match self.plan.budget {
            BudgetPlan::Given(_) => code!(pause_paid_by),
            BudgetPlan::None | BudgetPlan::Standard | BudgetPlan::Percent(_) => code!(pause),
        };
        let pause = code!(#rt::#pause(__retry_wait, #budget).await;);
        // No wait ends at once in there, too. To look here first is for those that have none
        // as a rule: it is twenty bytes of each function, and saves as many instructions.
        if self.plan.backoff.is_none() && self.plan.policy.waits() {
            pause
        } else {
            code!(if #rt::pauses(__retry_wait) { #pause })
        }
    }

    fn pause_with_users_timer(&self, wait: &TokenStream) -> TokenStream {
        let rt = self.rt;
        let payer = self.budget().map(|budget| self.payer(&budget));
        match payer {
            None => code!(if #rt::pauses(__retry_wait) { #wait; }),
            Some(payer) => code!(if #rt::pauses(__retry_wait) {
                match #rt::RetryToken::by(#payer) {
                    mut __retry_token => {
                        #wait;
                        (&mut __retry_token).spend();
                    }
                }
            }),
        }
    }
}

/// A function of the wait, called.
fn called(timer: &TokenStream) -> (SpanRange, TokenStream) {
    let span = SpanRange::of(timer);
    let wait = span.arguments(span.ours(code!(__retry_wait)));
    (span, code!(#timer #wait))
}
