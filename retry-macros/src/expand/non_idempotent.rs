//! `#[non_idempotent]`: the function returns `NonIdempotent<..>`, so that
//! callers see it, and carries the mark, so that `#[retry]` does.

use crate::syntax::attributes::cfgs_of;
use crate::syntax::control_flow;
use crate::syntax::errors::Faults;
use crate::syntax::function::{Body, Function};
use crate::syntax::signature::{self, Shape};
use crate::syntax::span_range::Place;
use crate::syntax::tokens::code;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::parse::Parser;
use syn::visit::Visit;
use syn::{
    Attribute, Block, FnArg, Pat, PatType, Receiver, ReturnType, Signature, Token, Type,
    TypeImplTrait, TypeParamBound,
};

/// Turns the function's future into a `NonIdempotent`; a function that returns
/// none stays as it is.
pub(crate) fn wrap(function: &mut Function, rt: &TokenStream) {
    match Shape::of(function) {
        (Shape::Async, output) => wrap_async(function, output, rt),
        (Shape::Future { .. }, _) => wrap_future(function, rt),
        (Shape::Sync, Some(output)) if has_future(&output, "Future") => wrap_future(function, rt),
        (Shape::Sync, output) => return check_returned(function, output.as_ref(), rt),
    }
    let lints: Attribute = syn::parse_quote!(#[allow(
        refining_impl_trait,
        clippy::double_must_use,
        clippy::manual_async_fn,
        clippy::type_complexity
    )]);
    function.attrs.push(lints);
}

/// What becomes a future only where it is awaited cannot carry the mark.
pub(crate) fn check(function: &Function, faults: &mut Faults) {
    if let (Shape::Sync, Some(output)) = Shape::of(function) {
        if has_future(&output, "IntoFuture") {
            faults.on(&output, "the mark would be lost, since this is no future yet: return `impl Future<Output = ..>`, and call `.into_future()` here");
        }
    }
}

/// Whether an `impl` of this trait stands in a type, as in `Pin<Box<impl Future<..>>>`.
fn has_future(ty: &Type, name: &str) -> bool {
    struct Find<'n>(&'n str, bool);
    impl<'ast> Visit<'ast> for Find<'_> {
        fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
            self.1 |= ty.bounds.iter().any(|bound| match bound {
                TypeParamBound::Trait(bound) => {
                    let last = bound.path.segments.last();
                    last.is_some_and(|last| last.ident == self.0)
                }
                _ => false,
            });
        }
    }
    let is_holder = match ty {
        Type::ImplTrait(_) => true,
        Type::Path(ty) => {
            let last = ty.path.segments.last();
            last.is_some_and(|last| last.ident == "Pin" || last.ident == "Box")
        }
        _ => false,
    };
    let mut find = Find(name, false);
    find.visit_type(ty);
    is_holder && find.1
}

/// A future under another name would lose the mark.
fn check_returned(function: &mut Function, output: Option<&Type>, rt: &TokenStream) {
    let Some(output) = output.filter(|ty| !signature::is_plain(ty)) else {
        return;
    };
    // Of `impl Trait` there is no type to ask.
    if signature::has_impl(output) {
        return;
    }
    let (place, output) = (Place::of(output), signature::for_local(output));
    let rt = place.runtime(rt);
    let new = quote_spanned!(place.first()=> #rt::Returned::<#output>::of_type());
    let check = Ident::new("check", place.last());
    let none = place.arguments(TokenStream::new());
    let body = function.body_tokens();
    function.set_body(code! {
        { #[allow(unused_imports)] use #rt::NoFuture as _; #new.#check #none; }
        #body
    });
}

/// `async fn f(..) -> R { B }` → `fn f(..) -> NonIdempotent<impl Future<Output = R>> { .. }`
fn wrap_async(function: &mut Function, output: Option<Type>, rt: &TokenStream) {
    let output = output.unwrap_or_else(|| syn::parse_quote!(()));
    let local = signature::for_local(&output);
    function.sig.asyncness = None;
    // This `impl` is of the macro crate's edition, 2024: it captures elided
    // lifetimes in crates of the 2021 edition too.
    let returned: Type =
        Type::Verbatim(code!(#rt::NonIdempotent<impl #rt::Future<Output = #output>>));
    function.sig.output = ReturnType::Type(Token![->](Span::mixed_site()), Box::new(returned));
    if let Body::Semicolon(_) = function.body {
        return;
    }
    let kept = keep(&mut function.sig);
    let body = function.body_tokens();
    function.set_body(code! {
        #rt::NonIdempotent::new(async move {
            if let #rt::Some(outcome) = #rt::None::<#local> { return outcome; }
            #kept
            #body
        })
    });
}

/// An `async fn` keeps all its arguments until it ends and drops the last one
/// first; a block keeps those that it mentions, in the order in which it does.
/// Arguments that are taken apart are locals, of which the last is dropped
/// first; then all have to be.
fn keep(sig: &mut Signature) -> TokenStream {
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
                    let name = format_ident!("__arg{at}", span = Span::mixed_site());
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
fn wrap_future(function: &mut Function, rt: &TokenStream) {
    let ReturnType::Type(_, returned) = &mut function.sig.output else {
        return;
    };
    let local = signature::for_local(returned);
    let declared = std::mem::replace(&mut **returned, Type::Verbatim(TokenStream::new()));
    **returned = Type::Verbatim(code!(#rt::NonIdempotent<#declared>));
    if let Body::Semicolon(_) = function.body {
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
