//! `#[non_idempotent]`: the function returns `NonIdempotent<..>`, which a retried caller
//! must not await.

use crate::syntax::attributes::cfgs_of;
use crate::syntax::control_flow;
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::runtime_path::RuntimePath;
use crate::syntax::signature::{self, FunctionKind};
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::parse::Parser;
use syn::{Attribute, Block, FnArg, Pat, PatType, Receiver, ReturnType, Signature, Token, Type};

/// Turns the function's future into a `NonIdempotent`; a function that returns
/// none stays as it is.
pub(crate) fn wrap(function: &mut Function, rt: &RuntimePath) {
    match FunctionKind::of(function) {
        (FunctionKind::Async, output) => wrap_async(function, output, rt),
        (FunctionKind::Future { .. }, _) => wrap_future(function, rt),
        (FunctionKind::Sync, _) => return,
    }
    let lints: Attribute = syn::parse_quote!(#[allow(
        refining_impl_trait,
        clippy::double_must_use,
        clippy::manual_async_fn,
        clippy::type_complexity
    )]);
    function.attrs.push(lints);
}

/// `async fn f(..) -> R { B }` → `fn f(..) -> NonIdempotent<impl Future<Output = R>> { .. }`
fn wrap_async(function: &mut Function, output: Option<Type>, rt: &RuntimePath) {
    let output = output.unwrap_or_else(|| syn::parse_quote!(()));
    let local = signature::for_local(&output);
    function.sig.asyncness = None;
    // Tokens of this crate are of its own edition: in 2024, `impl Trait` captures the
    // elided lifetimes, which it would not do in a user's crate of the 2021 edition.
    let returned: Type =
        Type::Verbatim(code!(#rt::NonIdempotent<impl #rt::Future<Output = #output>>));
    function.sig.output = ReturnType::Type(Token![->](Span::mixed_site()), Box::new(returned));
    if let FunctionBody::Semicolon(_) = function.body {
        return;
    }
    let kept = keep_drop_order(&mut function.sig);
    let body = function.body_tokens();
    function.set_body(code! {
        #rt::NonIdempotent::new(async move {
            if let #rt::Some(__retry_outcome) = #rt::None::<#local> { return __retry_outcome; }
            #kept
            #body
        })
    });
}

/// Statements that keep the drop order of an `async fn`, which captures all of its
/// arguments and drops the last one first. An `async` block captures only what it
/// mentions, and drops it in the order of the first mention. So the arguments are
/// mentioned in reverse; where one is a pattern, all are moved into locals, of which
/// the last is dropped first.
fn keep_drop_order(sig: &mut Signature) -> TokenStream {
    let is_name = |input: &FnArg| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(arg) => {
            matches!(&*arg.pat, Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none())
        }
    };
    let all_named = sig.inputs.iter().all(is_name);
    let mut mentioned = Vec::new();
    let mut bound = TokenStream::new();
    for (at, input) in sig.inputs.iter_mut().enumerate() {
        let (FnArg::Receiver(Receiver { attrs, .. }) | FnArg::Typed(PatType { attrs, .. })) = input;
        let cfgs = cfgs_of(attrs);
        match input {
            FnArg::Receiver(receiver) => {
                let this = &receiver.self_token;
                mentioned.push(code!(#cfgs let _ = &#this;));
            }
            FnArg::Typed(arg) => match &mut *arg.pat {
                Pat::Ident(pat) if all_named => {
                    let name = &pat.ident;
                    mentioned.push(code!(#cfgs let _ = &#name;));
                }
                pat => {
                    let name = format_ident!("__retry_arg{at}", span = Span::mixed_site());
                    bound.extend(code!(#cfgs let #name = #name; #cfgs let #pat = #name;));
                    *pat = syn::parse_quote!(#name);
                }
            },
        }
    }
    mentioned.reverse();
    code!(#(#mentioned)* #bound)
}

/// `fn f(..) -> F { B }` → `fn f(..) -> NonIdempotent<F> { .. }`
fn wrap_future(function: &mut Function, rt: &RuntimePath) {
    let ReturnType::Type(_, returned) = &mut function.sig.output else {
        return;
    };
    let local = signature::for_local(returned);
    let declared = std::mem::replace(&mut **returned, Type::Verbatim(TokenStream::new()));
    **returned = Type::Verbatim(code!(#rt::NonIdempotent<#declared>));
    if let FunctionBody::Semicolon(_) = function.body {
        return;
    }
    let body = function.body_tokens();
    let leaves = Block::parse_within
        .parse2(body.clone())
        .is_ok_and(|stmts| control_flow::leaves(&stmts).is_some());
    let inner = if leaves {
        code!((move || -> #local { #body })())
    } else {
        code!({ #body })
    };
    function.set_body(code!(#rt::NonIdempotent::<#local>::new(#inner)));
}
