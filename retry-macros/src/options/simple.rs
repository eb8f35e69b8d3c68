//! The keys whose value is read by a few lines each.

use super::setting::{self, expr, literal_of};
use crate::plan::{NamePlan, Setting, Spanned};
use std::time::Duration;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Ident, Lit, Path};

/// `max = 3` or `unlimited`: at most this many retries after the first attempt.
pub(super) fn max(input: ParseStream) -> syn::Result<Setting<u32>> {
    let expr = expr(input)?;
    if matches!(&expr, Expr::Path(path) if path.path.is_ident("unlimited")) {
        return Ok(Setting::Literal(Spanned {
            value: u32::MAX,
            span: expr.span(),
        }));
    }
    if literal_of(&expr).is_none() {
        return Ok(Setting::Expr(expr));
    }
    let span = expr.span();
    let number = match &expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) if is_unsigned(int.suffix()) => int.base10_parse::<u32>().ok(),
            _ => None,
        },
        _ => None,
    };
    match number {
        Some(0) => Err(syn::Error::new(
            span,
            "`max = 0` allows no retry at all: write at least `max = 1`, or drop the attribute",
        )),
        Some(value) => Ok(Setting::Literal(Spanned { value, span })),
        None => Err(syn::Error::new_spanned(
            &expr,
            format!(
                "`max` is a number of retries, at most {}, not `{}`: write for example `max = 3`, for up to 4 attempts, or `max = unlimited`",
                u32::MAX,
                quote::quote!(#expr).to_string().replace("- ", "-")
            ),
        )),
    }
}

/// Whether a literal with this suffix, or with none, can be a number of retries.
fn is_unsigned(suffix: &str) -> bool {
    ["", "u8", "u16", "u32", "u64", "u128", "usize"].contains(&suffix)
}

const NO_TIME: &str = "leaves no time for any attempt";

/// `timeout = 2s`: the time that each attempt may take.
pub(super) fn timeout(input: ParseStream) -> syn::Result<Setting<Duration>> {
    setting::duration(input.parse()?, "timeout", NO_TIME)
}

/// `deadline = 10s`: the time that the whole call may take.
pub(super) fn deadline(input: ParseStream) -> syn::Result<Setting<Duration>> {
    setting::duration(input.parse()?, "deadline", NO_TIME)
}

/// `retry_for = 10s`: no retry starts later than this after the call began.
pub(super) fn retry_for(input: ParseStream) -> syn::Result<Setting<Duration>> {
    setting::duration(input.parse()?, "retry_for", "leaves no time for any retry")
}

/// `attempt = at`: the name under which the body sees its `Attempt`.
pub(super) fn attempt(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`attempt` names a variable for the body: write for example `attempt = at`",
        )
    })
}

/// `key = name`: binds the `IdempotencyKey` that all attempts of a call share.
pub(super) fn key(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`key` names a variable for the body: write for example `key = key`",
        )
    })
}

/// `name = "users.get"`: what logs and metrics call the function.
pub(super) fn name(input: ParseStream) -> syn::Result<NamePlan> {
    let name = match expr(input)? {
        Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) => name,
        Expr::Lit(other) => {
            return Err(syn::Error::new_spanned(
                other,
                "`name` is a string: write for example `name = \"users.get\"`, or an expression of type `&'static str`",
            ));
        }
        other => return Ok(NamePlan::Given(other)),
    };
    if name.value().is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "`name` is empty: logs and metrics need something to call the function",
        ));
    }
    Ok(NamePlan::Written(name))
}

/// `policy = &self.policy`: a shared or reloadable policy.
pub(super) fn policy(input: ParseStream) -> syn::Result<Expr> {
    match expr(input)? {
        Expr::Lit(lit) => Err(syn::Error::new_spanned(
            lit,
            "`policy` is an expression of type `&Policy`: write its settings as keys of the attribute, or `policy = &POLICY`",
        )),
        expr => Ok(expr),
    }
}

/// `breaker = &self.breaker`: a circuit breaker that admits attempts.
pub(super) fn breaker(input: ParseStream) -> syn::Result<Expr> {
    match expr(input)? {
        Expr::Lit(lit) => Err(syn::Error::new_spanned(
            lit,
            "`breaker` is an expression whose type implements `Gate`: write for example `breaker = &self.breaker`",
        )),
        // Borrowed, since each attempt asks the breaker and none may move it.
        operand @ (Expr::Path(_) | Expr::Field(_)) => Ok(borrowed(operand)),
        expr => Ok(expr),
    }
}

/// `breaker` → `&breaker`
fn borrowed(operand: Expr) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: syn::Token![&](operand.span()),
        mutability: None,
        expr: Box::new(operand),
    })
}

/// `nested = allow`: the calls inside may retry while this one is on a retry.
pub(super) fn nested(input: ParseStream) -> syn::Result<()> {
    let mend = "`nested` has one value: `nested = allow`, for a function that retries conflicts and not failures; drop the key to keep its retries from being retried inside";
    let word: Ident = input
        .parse()
        .map_err(|error| syn::Error::new(error.span(), mend))?;
    if word == "allow" {
        Ok(())
    } else {
        Err(syn::Error::new(word.span(), mend))
    }
}

const CRATE_FORM: &str =
    "`crate` is the path of the runtime: write for example `crate = my_lib::retry_runtime`";

/// `crate = my_lib::retry_runtime`: where the runtime lives, for re-exports.
pub(super) fn crate_path(input: ParseStream) -> syn::Result<Path> {
    let path =
        Path::parse_mod_style(input).map_err(|error| syn::Error::new(error.span(), CRATE_FORM))?;
    // A type has no modules, and rustc's own message would be about generated code.
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(segment) => Err(syn::Error::new_spanned(segment, CRATE_FORM)),
        None => Ok(path),
    }
}

/// `strict` and `spans`, which have no value.
#[expect(
    clippy::unnecessary_wraps,
    reason = "all keys are read by functions of one signature"
)]
pub(super) fn flag(_: ParseStream) -> syn::Result<()> {
    Ok(())
}
