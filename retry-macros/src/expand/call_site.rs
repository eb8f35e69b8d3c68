//! A call site as code: its name, its policy and its budget.

use super::Loop;
use crate::options::Options;
use crate::options::backoff::Backoff;
use crate::options::budget::Budget;
use crate::options::setting::Setting;
use crate::plan::{BudgetPlan, PolicyPlan};
use crate::syntax::function::Function;
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::TokenStream;
use quote::ToTokens;
use retry_words::Argument;
use std::time::Duration;

impl Loop<'_> {
    /// The name and the policy of the call site.
    pub(super) fn site(&self) -> TokenStream {
        let (rt, name) = (&self.plan.rt, &self.plan.name);
        match &self.plan.policy {
            PolicyPlan::Static(policy) => code! {
                static __RETRY_SITE: #rt::Site = #rt::Site::new(#name, #policy);
            },
            PolicyPlan::Local(policy) => {
                let policy = self.code(policy);
                code!(let site = #rt::Site::new(#name, #policy);)
            }
        }
    }

    /// The call site: a static takes no room in the future.
    pub(super) fn site_name(&self) -> TokenStream {
        match &self.plan.policy {
            PolicyPlan::Static(_) => code!(__RETRY_SITE),
            PolicyPlan::Local(_) => code!(site),
        }
    }

    /// What the attempts are made under.
    pub(super) fn terms(&self) -> TokenStream {
        let site = self.site_name();
        self.budget()
            .map_or_else(|| code!(&#site), |budget| code!(#site.paid_by(#budget)))
    }

    /// The budget, as `&Budget`.
    pub(super) fn budget(&self) -> Option<TokenStream> {
        match &self.plan.budget {
            BudgetPlan::None => None,
            BudgetPlan::Static(_) => Some(code!(&__RETRY_BUDGET)),
            BudgetPlan::Given(expr) => {
                let given = self.code(expr);
                Some(Place::of(expr).call(&self.plan.rt, "budget", None, given))
            }
        }
    }
}

/// The budget: on by default, and one static for all uses of a function.
pub(crate) fn budget(budget: Option<Budget>, rt: &TokenStream) -> BudgetPlan {
    match budget {
        None => BudgetPlan::Static(code!(#rt::Budget::standard())),
        Some(Budget::None) => BudgetPlan::None,
        Some(Budget::Percent(percent)) => BudgetPlan::Static(code!(#rt::budget_of(#percent))),
        Some(Budget::Expr(expr)) => BudgetPlan::Given(expr.into_token_stream()),
    }
}

/// What logs and metrics call the function.
pub(crate) fn name(options: &Options, function: &Function, rt: &TokenStream) -> TokenStream {
    if let Some(name) = &options.name {
        return name.to_token_stream();
    }
    let name = format!("::{}", syn::ext::IdentExt::unraw(&function.sig.ident));
    code!(#rt::concat!(#rt::module_path!(), #name))
}

/// The policy: a constant where all of it is literal.
pub(crate) fn policy(options: &Options, rt: &TokenStream) -> PolicyPlan {
    let mut policy = options.policy.as_ref().map_or_else(
        || code!(#rt::Policy::DEFAULT),
        |expr| Place::of(expr).call(rt, "policy", None, code!(#expr)),
    );
    let mut is_static = options.policy.is_none();
    match &options.max {
        Some(Setting::Literal(max)) => {
            let max = max.value;
            policy.extend(code!(.max(#max)));
        }
        Some(Setting::Expr(expr)) => {
            is_static = false;
            let max = Place::of(expr).call(rt, "retries", None, code!(#expr));
            policy.extend(code!(.max(#max)));
        }
        None => {}
    }
    if let Some(Backoff::Words(value)) = &options.backoff {
        let backoff = backoff(*value, rt);
        policy.extend(code!(.backoff(#backoff)));
    }
    if let Some(jitter) = &options.jitter {
        let fraction = jitter.value.as_fraction();
        policy.extend(code!(.jitter(#rt::checked(#rt::Jitter::fraction(#fraction)))));
    }
    for (key, setting) in [
        ("timeout", &options.timeout),
        ("deadline", &options.deadline),
    ] {
        is_static &= !matches!(setting, Some(Setting::Expr(_)));
        policy = limited(policy, key, setting.as_ref(), options, rt);
    }
    if is_static {
        PolicyPlan::Static(policy)
    } else {
        PolicyPlan::Local(policy)
    }
}

/// The policy with its `timeout` or `deadline`, or without the one that it brings.
fn limited(
    policy: TokenStream,
    key: &str,
    setting: Option<&Setting<Duration>>,
    options: &Options,
    rt: &TokenStream,
) -> TokenStream {
    let with = quote::format_ident!("with_{key}");
    match setting {
        Some(Setting::Literal(limit)) => {
            let (method, limit) = (quote::format_ident!("{key}"), duration(limit.value, rt));
            code!(#policy.#method(#limit))
        }
        Some(Setting::Expr(expr)) => {
            let limit = Place::of(expr).call(rt, "limit", None, code!(#expr));
            code!(#rt::#with(#policy, #limit))
        }
        None if options.policy.is_some() && options.is_lifted(key) => {
            code!(#rt::#with(#policy, #rt::None))
        }
        None => policy,
    }
}

/// `exp(100ms, 1.5, 1s)` → `checked(Backoff::exp(..))`.
fn backoff(backoff: retry_words::Backoff, rt: &TokenStream) -> TokenStream {
    let (kind, arguments) = backoff.parts();
    let kind = quote::format_ident!("{kind}");
    let arguments = arguments.iter().map(|argument| match argument {
        Argument::Duration(value) => duration(*value, rt),
        Argument::Factor(factor) => code!(#factor),
    });
    let call = code!(#rt::Backoff::#kind(#(#arguments),*));
    if backoff == retry_words::Backoff::none() {
        call
    } else {
        code!(#rt::checked(#call))
    }
}

/// A duration in the largest unit that is exact.
pub(crate) fn duration(value: Duration, rt: &TokenStream) -> TokenStream {
    let (secs, nanos) = (value.as_secs(), value.subsec_nanos());
    if nanos == 0 {
        return code!(#rt::Duration::from_secs(#secs));
    }
    match u64::try_from(value.as_millis()) {
        Ok(millis) if nanos % 1_000_000 == 0 => code!(#rt::Duration::from_millis(#millis)),
        _ => code!(#rt::Duration::new(#secs, #nanos)),
    }
}
