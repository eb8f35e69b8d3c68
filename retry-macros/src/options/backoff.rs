//! `backoff = "exp(100ms, 1.5, 1s)"`, with or without the quotes, or an
//! expression.

use super::setting::{expr, literal_of, words_of};
use crate::plan::{BackoffArgument, BackoffPlan, ConstantBackoff};
use proc_macro2::{Delimiter, Group};
use quote::ToTokens;
use retry_words::InvalidPolicy;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprCall, ExprPath, Ident, Lit, Token};

pub(super) fn parse(input: ParseStream) -> syn::Result<BackoffPlan> {
    check_arguments(input)?;
    let expr = expr(input)?;
    match &expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => checked(text.value().parse(), text),
            other => Err(Error::new_spanned(other, not_a_backoff(&words_of(other)))),
        },
        Expr::Path(path) => match path.path.get_ident().map(ToString::to_string) {
            Some(kind) if is_kind(&kind) => {
                checked(retry_words::Backoff::from_words(&kind, &[]), path)
            }
            _ => Ok(BackoffPlan::Given(expr)),
        },
        Expr::Call(call) => bare_call(call).unwrap_or(Ok(BackoffPlan::Given(expr))),
        _ => Ok(BackoffPlan::Given(expr)),
    }
}

/// Checks that one of our kinds is followed by a list in parentheses. Of another list,
/// syn would report two errors: what it expected, and that something was left unread.
fn check_arguments(input: ParseStream) -> syn::Result<()> {
    const MEND: &str = "write them as in `exp(100ms, 1.5, 1s)`";
    let ahead = input.fork();
    let (Ok(kind), Ok(list)) = (ahead.parse::<Ident>(), ahead.parse::<Group>()) else {
        return Ok(());
    };
    if !is_kind(&kind.to_string()) {
        return Ok(());
    }
    let fault = if list.delimiter() == Delimiter::Parenthesis {
        let read = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list.stream());
        read.err().map(|error| {
            let message = format!("the arguments of `{kind}` cannot be read, {error}: {MEND}");
            Error::new(error.span(), message)
        })
    } else {
        let message = format!("the arguments of `{kind}` stand in parentheses: {MEND}");
        Some(Error::new(list.span(), message))
    };
    match fault {
        Some(fault) => {
            input.advance_to(&ahead);
            Err(fault)
        }
        None => Ok(()),
    }
}

fn checked(
    value: Result<retry_words::Backoff, InvalidPolicy>,
    tokens: &impl ToTokens,
) -> syn::Result<BackoffPlan> {
    value
        .map(BackoffPlan::Words)
        .map_err(|error| Error::new_spanned(tokens, error))
}

fn not_a_backoff(literal: &str) -> String {
    let fixed = if retry_words::parse_duration(literal).is_ok() {
        literal
    } else {
        "100ms"
    };
    format!(
        "`{literal}` is not a backoff: write for example `fixed({fixed})`, for the same delay before every retry"
    )
}

/// Whether a bare name is one of our kinds.
fn is_kind(name: &str) -> bool {
    retry_words::KINDS.iter().any(|kind| kind.name() == name)
}

/// `exp(100ms, 1.5, 1s)` without quotes; `None` where the call is the user's.
fn bare_call(call: &ExprCall) -> Option<syn::Result<BackoffPlan>> {
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let kind = path.path.get_ident()?.to_string();
    let args: Vec<Written<'_>> = call.args.iter().map(Written::of).collect();
    // A user's function does not take `100ms`: that is a misspelt backoff.
    let is_duration = |arg: &Written<'_>| match arg {
        Written::Literal(words) => retry_words::parse_duration(words).is_ok(),
        Written::Constant(_) | Written::Code => false,
    };
    if !is_kind(&kind) && !args.iter().any(is_duration) {
        return None;
    }
    if let Some(code) = args.iter().position(|arg| matches!(arg, Written::Code)) {
        let message = format!(
            "the backoff `{kind}(..)` takes literals such as `100ms` and paths of constants: give one made of other values as an expression, `Backoff::{kind}(..)?`; a function of your own is written `self::{kind}(..)`"
        );
        return Some(Err(Error::new_spanned(call.args.iter().nth(code), message)));
    }
    let last = args.len().saturating_sub(1);
    let words: Vec<&str> = args
        .iter()
        .enumerate()
        .map(|(at, arg)| arg.words(&kind, at, last))
        .collect();
    let value = retry_words::Backoff::from_words(&kind, &words);
    let at_fault = match &value {
        Err(error) => error
            .argument()
            .and_then(|index| call.args.iter().nth(index)),
        Ok(_) => None,
    };
    let checked = match at_fault {
        Some(argument) => checked(value, argument),
        None => checked(value, path),
    };
    Some(checked.map(|plan| match plan {
        BackoffPlan::Words(backoff) => with_constants(backoff, &args),
        given @ (BackoffPlan::Constants(_) | BackoffPlan::Given(_)) => given,
    }))
}

/// An argument as it was written.
enum Written<'a> {
    Literal(String),
    /// A path, whose value is not known here.
    Constant(&'a ExprPath),
    Code,
}

impl<'a> Written<'a> {
    fn of(expr: &'a Expr) -> Self {
        match (literal_of(expr), expr) {
            (Some(words), _) => Self::Literal(words),
            (None, Expr::Path(path)) => Self::Constant(path),
            (None, Expr::Group(group)) => Self::of(&group.expr),
            (None, _) => Self::Code,
        }
    }

    /// The words, or in place of a constant some that fit whatever stands beside them.
    fn words<'w>(&'w self, kind: &str, at: usize, last: usize) -> &'w str {
        match self {
            Self::Literal(words) => words,
            _ if kind == "exp" && at == 1 => "1",
            _ if at == last => "1000000h",
            _ => "1us",
        }
    }
}

/// The backoff with its constants in place of what stood for them.
fn with_constants(backoff: retry_words::Backoff, args: &[Written<'_>]) -> BackoffPlan {
    let (kind, known) = backoff.parts();
    if !args.iter().any(|arg| matches!(arg, Written::Constant(_))) {
        return BackoffPlan::Words(backoff);
    }
    let arguments = args.iter().zip(known.iter().copied());
    let arguments = arguments.map(|(arg, known)| match arg {
        Written::Constant(path) => BackoffArgument::Constant((*path).clone()),
        Written::Literal(_) | Written::Code => BackoffArgument::Known(known),
    });
    BackoffPlan::Constants(ConstantBackoff {
        kind,
        arguments: arguments.collect(),
    })
}
