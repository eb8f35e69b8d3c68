//! `#[non_idempotent]`: the function returns `NonIdempotent<..>`, which a retried caller
//! must not await.

use super::arguments::shadows;
use crate::syntax::attributes::{cfgs_of, take_lints};
use crate::syntax::control_flow;
use crate::syntax::errors::Errors;
use crate::syntax::function::{Function, FunctionBody};
use crate::syntax::runtime_path::RuntimePath;
use crate::syntax::signature::{self, FunctionKind};
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::{code, group_like};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::visit::Visit;
use syn::{
    Attribute, Block, FnArg, Pat, ReturnType, Signature, Token, Type, TypeImplTrait, TypeParamBound,
};

/// Turns the function's future into a `NonIdempotent`; a function that returns
/// none stays as it is.
pub(crate) fn wrap(function: &mut Function, rt: &RuntimePath) {
    match FunctionKind::of(function) {
        (FunctionKind::Async, output) => wrap_async(function, output, rt),
        (FunctionKind::Future { .. }, _) => wrap_future(function, rt),
        (FunctionKind::Sync, Some(output)) if has_future(&output, "Future") => {
            wrap_future(function, rt);
        }
        (FunctionKind::Sync, output) => return mark_sync(function, output.as_ref(), rt),
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
pub(crate) fn check(function: &Function, errors: &mut Errors) {
    if let (FunctionKind::Sync, Some(output)) = FunctionKind::of(function) {
        if has_future(&output, "IntoFuture") {
            errors.on(&output, "the mark would be lost, since this is no future yet: return `impl Future<Output = ..>`, and call `.into_future()` here");
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

/// A function that returns no future asks at its first line whether it is part of an
/// attempt. A future under another name would lose its mark, and is refused.
fn mark_sync(function: &mut Function, output: Option<&Type>, rt: &RuntimePath) {
    let name = format!("::{}", function.sig.ident.unraw());
    // A `const fn` executes nothing that could be repeated.
    let executed = function
        .sig
        .constness
        .is_none()
        .then(|| code!(#rt::executed(#rt::concat!(#rt::module_path!(), #name));));
    let check = output
        .filter(|ty| !signature::is_plain(ty) && !signature::has_impl(ty))
        .map(|ty| check_returned(ty, rt));
    let body = function.body_tokens();
    function.set_body(code!(#check #executed #body));
}

fn check_returned(output: &Type, rt: &RuntimePath) -> TokenStream {
    let (span, output) = (SpanRange::of(output), signature::for_local(output));
    let new = quote_spanned!(span.first()=> __retry_returned::<#output>::of_type());
    let check = Ident::new("__check", span.last());
    let none = span.arguments(TokenStream::new());
    code!({
        #[allow(unused_imports)]
        use #rt::{NoFuture as _, Returned as __retry_returned};
        #new.#check #none;
    })
}

/// `async fn f(..) -> R { B }` → `fn f(..) -> NonIdempotent<impl Future<Output = R>> { .. }`
fn wrap_async(function: &mut Function, output: Option<Type>, rt: &RuntimePath) {
    let output = output.unwrap_or_else(|| syn::parse_quote!(()));
    let local = signature::for_local(&output);
    function.sig.asyncness = None;
    // Tokens of this crate are of its own edition: in 2024, `impl Trait` captures the
    // elided lifetimes, which it would not do in a user's crate of the 2021 edition.
    let returned = marked(
        rt,
        &code!(impl #rt::Future<Output = #output>),
        end_of(&function.sig),
    );
    function.sig.output = ReturnType::Type(Token![->](Span::mixed_site()), Box::new(returned));
    let FunctionBody::Block(body) = function.body.clone() else {
        return;
    };
    let owned = own_arguments(&mut function.sig);
    // The user's own braces, twice: coverage tools look for the body between the outer
    // ones, and what rustc says of its end points at the inner ones. The `match` is for
    // the lint on braces that are not needed, and ends the temporaries of the tail.
    // The type is what rustc points at where another is returned.
    let span = SpanRange::of(&local).first();
    let outcome = Ident::new("__retry_outcome", span);
    let attempt = code! {
        if let #rt::Some(#outcome) = #rt::None::<#local> { return #outcome; }
        #owned
        match () { () => #body }
    };
    let attempt = group_like(&body, attempt);
    function.set_body(code!(return #rt::NonIdempotent::new(async move #attempt);));
}

/// `NonIdempotent<F>`, whose last token stands where the user's signature ends: rustc points
/// at a function from the first token of its signature to the last.
fn marked(rt: &RuntimePath, future: &TokenStream, end: Span) -> Type {
    let close = Token![>](end);
    Type::Verbatim(code!(#rt::NonIdempotent<#future #close))
}

/// Where the last token of a signature without its `where` stands.
fn end_of(sig: &Signature) -> Span {
    let output = sig.output.to_token_stream().into_iter().last();
    output.map_or(sig.paren_token.span.close(), |token| token.span())
}

/// Statements that move all arguments into the `async` block, as an `async fn` does: it
/// keeps those that it does not use as well, and drops the last one first. `self`, which
/// cannot be bound, is captured, and dropped last.
fn own_arguments(sig: &mut Signature) -> TokenStream {
    let mut owned = TokenStream::new();
    for (at, input) in sig.inputs.iter_mut().enumerate() {
        let arg = match input {
            FnArg::Receiver(receiver) => {
                let (cfgs, this) = (cfgs_of(&receiver.attrs), &receiver.self_token);
                owned.extend(code!(#cfgs let _ = &#this;));
                continue;
            }
            FnArg::Typed(arg) => arg,
        };
        let cfgs = cfgs_of(&arg.attrs);
        let lints = take_lints(&mut arg.attrs);
        let pat = (*arg.pat).clone();
        let given = match &mut *arg.pat {
            // It keeps its name, for the documentation.
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                pat.mutability = None;
                let name = &pat.ident;
                // Quiet here alone, and not where the body uses it.
                code!({
                    #[allow(clippy::used_underscore_binding)]
                    let __retry_given = #name;
                    __retry_given
                })
            }
            // What the pattern leaves is kept as long as what it binds.
            pat => {
                let name = format_ident!("__retry_arg{at}", span = Span::mixed_site());
                owned.extend(code!(#cfgs let #name = #name;));
                *pat = syn::parse_quote!(#name);
                code!(#name)
            }
        };
        let shadows = shadows();
        owned.extend(code! {
            #cfgs
            #shadows
            #(#lints)*
            let #pat = #given;
        });
    }
    owned
}

/// `fn f(..) -> F { B }` → `fn f(..) -> NonIdempotent<F> { .. }`
fn wrap_future(function: &mut Function, rt: &RuntimePath) {
    let end = end_of(&function.sig);
    let ReturnType::Type(_, returned) = &mut function.sig.output else {
        return;
    };
    let local = signature::for_local(returned);
    **returned = marked(rt, &returned.to_token_stream(), end);
    let FunctionBody::Block(body) = function.body.clone() else {
        return;
    };
    let leaves = Block::parse_within
        .parse2(body.stream())
        .is_ok_and(|stmts| control_flow::leaves(&stmts).is_some());
    let inner = if leaves {
        code!((move || -> #local #body)())
    } else {
        // For the lint on braces that are not needed, as above.
        code!(match () { () => #body })
    };
    function.set_body(code!(return #rt::NonIdempotent::<#local>::new(#inner);));
}
